/* W4: stochastic gradient descent on 1,797 rows like images of digits, 64 pixels each, in batches of 64: softmax regression
   or a ReLU network with 32 hidden units.
   usage: digits softmax|mlp [repetitions] [steps] */
#include "bench.h"

enum { rows = 1797, pixels = 64, hidden = 32, classes = 10, padded = 12, batch = 64 }; /* ten outputs in twelve places: whole vectors */
static double image[rows][pixels];
static int label[rows];
static int steps = 2000;
static double loss;

static double w1[pixels][hidden], b1[hidden], w2[hidden][padded], b2[padded], ws[pixels][padded], bs[padded];
static double dw1[pixels][hidden], db1[hidden], dw2[hidden][padded], dws[pixels][padded], db[padded];

static uint32_t mixed(uint32_t h) {
  h = (h ^ h >> 16) * 0x21f0aaadu;
  h = (h ^ h >> 15) * 0x735a2d97u;
  return h ^ h >> 15;
}
/* A pattern for each class and a jitter for each pixel, clipped to the 17 grey levels of the real digits. */
static void make_data(void) {
  for (int i = 0; i < rows; i++) {
    label[i] = i % classes;
    for (int j = 0; j < pixels; j++) {
      int pattern = (int)(mixed((uint32_t)(label[i] * pixels + j + 1)) % 17);
      int jitter = (int)(mixed((uint32_t)(i * pixels + j + 100000)) % 13) - 6;
      int level = pattern + jitter;
      image[i][j] = (level < 0 ? 0 : level > 16 ? 16 : level) / 16.0;
    }
  }
}
static double weight(uint32_t index, double scale) { return ((int)(mixed(index) % 2001) - 1000) / scale; }
static void start(void) {
  memset(ws, 0, sizeof ws);
  memset(bs, 0, sizeof bs);
  memset(b1, 0, sizeof b1);
  memset(b2, 0, sizeof b2);
  memset(w2, 0, sizeof w2);
  for (int j = 0; j < pixels; j++)
    for (int k = 0; k < hidden; k++) w1[j][k] = weight((uint32_t)(j * hidden + k + 7777), 8000);
  for (int j = 0; j < hidden; j++)
    for (int c = 0; c < classes; c++) w2[j][c] = weight((uint32_t)(j * classes + c + 9999), 5000);
}
static int row_of(int step, int b) { return (int)((long long)(step * batch + b) * 1009 % rows); }

/* out = in W + b, for numbers of inputs and outputs known to the compiler, so that all outputs stay in registers. */
#define AFFINE(in, inputs, outputs, w, b, out)                          \
  do {                                                                  \
    double sum_[outputs];                                               \
    for (int c_ = 0; c_ < outputs; c_++) sum_[c_] = b[c_];              \
    for (int j_ = 0; j_ < inputs; j_++) {                               \
      const double x_ = in[j_];                                         \
      for (int c_ = 0; c_ < outputs; c_++) sum_[c_] += x_ * w[j_][c_];  \
    }                                                                   \
    for (int c_ = 0; c_ < outputs; c_++) out[c_] = sum_[c_];            \
  } while (0)

/* Logits to p − e_y in place; returns the cross-entropy. */
static double cross_entropy(double *z, int y) {
  double top = z[0], sum = 0;
  for (int c = 1; c < classes; c++) top = z[c] > top ? z[c] : top;
  const double own = z[y] - top;
  for (int c = 0; c < classes; c++) sum += z[c] = exp(z[c] - top);
  const double scale = 1 / sum;
  for (int c = 0; c < classes; c++) z[c] *= scale;
  z[y] -= 1;
  for (int c = classes; c < padded; c++) z[c] = 0;
  return log(sum) - own;
}
static double softmax_step(int t, double rate) {
  double total = 0, z[padded];
  memset(dws, 0, sizeof dws);
  memset(db, 0, sizeof db);
  for (int b = 0; b < batch; b++) {
    const int i = row_of(t, b);
    const double *x = image[i];
    AFFINE(x, pixels, padded, ws, bs, z);
    total += cross_entropy(z, label[i]);
    for (int c = 0; c < padded; c++) db[c] += z[c];
    for (int j = 0; j < pixels; j++)
      for (int c = 0; c < padded; c++) dws[j][c] += x[j] * z[c];
  }
  for (int j = 0; j < pixels; j++)
    for (int c = 0; c < padded; c++) ws[j][c] -= rate / batch * dws[j][c];
  for (int c = 0; c < padded; c++) bs[c] -= rate / batch * db[c];
  return total / batch;
}
static double network_step(int t, double rate) {
  double total = 0, h[hidden], e[hidden], z[padded];
  memset(dw1, 0, sizeof dw1);
  memset(dw2, 0, sizeof dw2);
  memset(db1, 0, sizeof db1);
  memset(db, 0, sizeof db);
  for (int b = 0; b < batch; b++) {
    const int i = row_of(t, b);
    const double *x = image[i];
    AFFINE(x, pixels, hidden, w1, b1, h);
    for (int k = 0; k < hidden; k++) h[k] = h[k] > 0 ? h[k] : 0;
    AFFINE(h, hidden, padded, w2, b2, z);
    total += cross_entropy(z, label[i]);
    for (int c = 0; c < padded; c++) db[c] += z[c];
    for (int k = 0; k < hidden; k++) {
      double back = 0;
      for (int c = 0; c < padded; c++) dw2[k][c] += h[k] * z[c];
      for (int c = 0; c < classes; c++) back += w2[k][c] * z[c];
      e[k] = h[k] > 0 ? back : 0;
      db1[k] += e[k];
    }
    for (int j = 0; j < pixels; j++)
      for (int k = 0; k < hidden; k++) dw1[j][k] += x[j] * e[k];
  }
  for (int j = 0; j < pixels; j++)
    for (int k = 0; k < hidden; k++) w1[j][k] -= rate / batch * dw1[j][k];
  for (int k = 0; k < hidden; k++) {
    b1[k] -= rate / batch * db1[k];
    for (int c = 0; c < padded; c++) w2[k][c] -= rate / batch * dw2[k][c];
  }
  for (int c = 0; c < padded; c++) b2[c] -= rate / batch * db[c];
  return total / batch;
}

static void softmax_job(uint64_t seed) {
  (void)seed; /* nothing is drawn: every run is the same */
  start();
  for (int t = 0; t < steps; t++) loss = softmax_step(t, 0.5);
}
static void network_job(uint64_t seed) {
  (void)seed;
  start();
  for (int t = 0; t < steps; t++) loss = network_step(t, 0.1);
}
static void check(char *out, size_t size) { snprintf(out, size, "{\"last_loss\":%.10g}", loss); }

int main(int count, char **argument) {
  const int network = count > 1 && !strcmp(argument[1], "mlp");
  if (count > 3) steps = atoi(argument[3]);
  make_data();
  measure(network ? "W4/mlp" : "W4/softmax", repetitions(count > 2 ? argument[2] : NULL), steps, network ? network_job : softmax_job, check);
  return 0;
}
