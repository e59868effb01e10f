/* W1: an ensemble of dx = (x − x³) dt + √(2T) dW, Euler–Maruyama, from 0, and the histogram of its end.
   usage: langevin [repetitions] [paths] [steps] */
#include "bench.h"

enum { block = 64, bins = 64 };
static const double dt = 0.01, temperature = 0.25;
static int paths = 4096, steps = 10000;
static double *x;
static int histogram[bins];

/* Paths of one block share a stream and advance side by side: none waits for its own last step, all stay in the nearest
   cache. */
static void advance(double *restrict at, stream *own) {
  const double kick = sqrt(2 * temperature * dt);
  stream s = *own;
  double y[block];
  memset(y, 0, sizeof y);
  for (int t = 0; t < steps; t++)
    for (int k = 0; k < block; k++) y[k] = y[k] + (y[k] - y[k] * y[k] * y[k]) * dt + kick * normal(&s);
  memcpy(at, y, sizeof y);
}
static void job(uint64_t seed) {
  for (int p = 0; p < paths; p += block) {
    stream s = stream_of(seed, (uint64_t)p);
    advance(x + p, &s);
  }
  memset(histogram, 0, sizeof histogram);
  for (int p = 0; p < paths; p++) {
    int bin = (int)floor((x[p] + 2.5) * (bins / 5.0));
    histogram[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin]++;
  }
}

static double density(double at) { return exp((at * at / 2 - at * at * at * at / 4) / temperature); }
/* Kolmogorov's distance between the ends and the Gibbs law, whose distribution function is summed up by trapezoids. */
static void check(char *out, size_t size) {
  enum { cells = 20000 };
  static double law[cells + 1];
  const double from = -4, cell = 8.0 / cells;
  double distance = 0, square = 0;
  law[0] = 0;
  for (int i = 1; i <= cells; i++) law[i] = law[i - 1] + (density(from + i * cell) + density(from + (i - 1) * cell)) / 2;
  qsort(x, (size_t)paths, sizeof *x, ascending);
  for (int i = 0; i < paths; i++) {
    double place = fmin(fmax((x[i] - from) / cell, 0), cells - 1e-9);
    int left = (int)place;
    double below = (law[left] + (place - left) * (law[left + 1] - law[left])) / law[cells];
    distance = fmax(distance, fmax(fabs(below - (double)i / paths), fabs(below - (i + 1.0) / paths)));
    square += x[i] * x[i];
  }
  snprintf(out, size, "{\"ks\":%.5f,\"m2\":%.5f}", distance, square / paths);
}

int main(int count, char **argument) {
  if (count > 2) paths = (atoi(argument[2]) + block - 1) / block * block;
  if (count > 3) steps = atoi(argument[3]);
  x = malloc((size_t)paths * sizeof *x);
  make_tables();
  measure("W1", repetitions(count > 1 ? argument[1] : NULL), (double)paths * steps, job, check);
  return 0;
}
