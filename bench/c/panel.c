/* W3: what the panel asks for. Adam on the quadratic of W2 with d = 20, many seeds, the loss before every step kept.
   usage: panel [repetitions] [seeds] [steps] */
#include "bench.h"

enum { d = 20, lanes = 4, ahead = 1024 };
static const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, rate = 0.01, noise = 0.1;
static int seeds = 256, steps = 2000;
static float *losses;

static void replicate(stream s, const double *restrict a, float *restrict loss) {
  _Alignas(64) double x[d], m[d], v[d], z[ahead];
  double power1 = 1, power2 = 1;
  int left = 0;
  for (int i = 0; i < d; i++) {
    x[i] = 1;
    m[i] = v[i] = 0;
  }
  for (int t = 0; t < steps; t++) {
    power1 *= beta1;
    power2 *= beta2;
    const double corrected_rate = rate / (1 - power1), root_correction = 1 / sqrt(1 - power2);
    if (left < d) {
      normals(&s, z, ahead);
      left = ahead;
    }
    const double *drawn = z + ahead - left;
    /* Four sums side by side, so that the compiler may take them together without reordering anything. */
    double sum[lanes] = {0};
    for (int i = 0; i < d; i += lanes)
      for (int k = 0; k < lanes; k++) {
        double slope = a[i + k] * x[i + k], g = slope + noise * drawn[i + k];
        sum[k] += slope * x[i + k];
        m[i + k] = beta1 * m[i + k] + (1 - beta1) * g;
        v[i + k] = beta2 * v[i + k] + (1 - beta2) * g * g;
        x[i + k] -= corrected_rate * m[i + k] / (sqrt(v[i + k]) * root_correction + epsilon);
      }
    loss[t] = (float)((sum[0] + sum[1] + sum[2] + sum[3]) / 2);
    left -= d;
  }
}
static void job(uint64_t seed) {
  double a[d];
  for (int i = 0; i < d; i++) a[i] = pow(10, -2.0 * i / (d - 1));
  for (int k = 0; k < seeds; k++) replicate(stream_of(seed, (uint64_t)k), a, losses + (size_t)k * (size_t)steps);
}
static void check(char *out, size_t size) {
  double sum = 0;
  for (int k = 0; k < seeds; k++) sum += losses[(size_t)(k + 1) * (size_t)steps - 1];
  snprintf(out, size, "{\"mean_last_loss\":%.6g}", sum / seeds);
}

int main(int count, char **argument) {
  if (count > 2) seeds = atoi(argument[2]);
  if (count > 3) steps = atoi(argument[3]);
  losses = malloc((size_t)seeds * (size_t)steps * sizeof *losses);
  make_tables();
  measure("W3", repetitions(count > 1 ? argument[1] : NULL), (double)d * seeds * steps, job, check);
  return 0;
}
