/* W2: Adam on the quadratic ½ Σ aᵢ xᵢ² with aᵢ = 10^(−2i/(d−1)), a gradient noise of deviation 0.1, from 1.
   usage: adam d [repetitions] [steps] */
#include "bench.h"

enum { ahead = 1024 }; /* normal numbers made at a time */
static const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, rate = 0.01, noise = 0.1;
static int d, steps;
static double *theta, *m, *v, *curvature;
static double z[ahead];

static void update(double *restrict x, double *restrict first, double *restrict second, const double *restrict a,
                   const double *restrict drawn, int n, double corrected_rate, double root_correction) {
  for (int i = 0; i < n; i++) {
    double g = a[i] * x[i] + noise * drawn[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    x[i] -= corrected_rate * first[i] / (sqrt(second[i]) * root_correction + epsilon);
  }
}
static void job(uint64_t seed) {
  stream s = stream_of(seed, 0);
  int left = 0;
  double power1 = 1, power2 = 1;
  for (int i = 0; i < d; i++) {
    theta[i] = 1;
    m[i] = v[i] = 0;
  }
  for (int t = 0; t < steps; t++) {
    power1 *= beta1;
    power2 *= beta2;
    const double corrected_rate = rate / (1 - power1), root_correction = 1 / sqrt(1 - power2);
    for (int i = 0, n; i < d; i += n) {
      n = d - i < ahead ? d - i : ahead;
      if (left < n) {
        normals(&s, z, ahead);
        left = ahead;
      }
      update(theta + i, m + i, v + i, curvature + i, z + ahead - left, n, corrected_rate, root_correction);
      left -= n;
    }
  }
}
static void check(char *out, size_t size) {
  double loss = 0;
  for (int i = 0; i < d; i++) loss += curvature[i] * theta[i] * theta[i] / 2;
  snprintf(out, size, "{\"loss\":%.6g}", loss / d);
}

static double *room(int n) { return aligned_alloc(64, ((size_t)n * sizeof(double) + 63) / 64 * 64); }
int main(int count, char **argument) {
  d = count > 1 ? atoi(argument[1]) : 1000;
  steps = count > 3 ? atoi(argument[3]) : 20000000 / d < 20 ? 20 : 20000000 / d;
  theta = room(d);
  m = room(d);
  v = room(d);
  curvature = room(d);
  for (int i = 0; i < d; i++) curvature[i] = pow(10, -2.0 * i / (d > 1 ? d - 1 : 1));
  make_tables();
  char name[32];
  snprintf(name, sizeof name, "W2/%d", d);
  measure(name, repetitions(count > 2 ? argument[2] : NULL), (double)d * steps, job, check);
  return 0;
}
