/* Shared by the C programs of the bench: a clock of processor time, the line they answer with, and normal numbers. */
#ifndef BENCH_H
#define BENCH_H
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* ------------------------------------------------------------------ time */

/* Seconds of processor time that this process has used, its own and the system's on its behalf. */
static double cpu_seconds(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + 1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}
static double wall_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum { most_repetitions = 64 };
static double cpu_of[most_repetitions], wall_of[most_repetitions];

static int ascending(const void *left, const void *right) {
  double x = *(const double *)left, y = *(const double *)right;
  return (x > y) - (x < y);
}
static double median(const double *sample, int n) {
  double sorted[most_repetitions];
  memcpy(sorted, sample, (size_t)n * sizeof *sample);
  qsort(sorted, (size_t)n, sizeof *sorted, ascending);
  return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static int repetitions(const char *text) {
  int asked = text ? atoi(text) : 3;
  return asked < 1 ? 1 : asked > most_repetitions ? most_repetitions : asked;
}
/* Runs the job `count` times, each with a seed of its own, and prints one line: the first run is the cold one. */
static void measure(const char *workload, int count, double units, void (*job)(uint64_t seed), void (*check)(char *, size_t)) {
  for (int k = 0; k < count; k++) {
    double cpu = cpu_seconds(), wall = wall_seconds();
    job((uint64_t)k + 1);
    cpu_of[k] = cpu_seconds() - cpu;
    wall_of[k] = wall_seconds() - wall;
  }
  char said[256];
  check(said, sizeof said);
  int first = count > 1;
  printf("PERF {\"w\":\"%s\",\"v\":\"c\",\"cpu\":%.6f,\"wall\":%.6f,\"cold_cpu\":%.6f,\"cold_wall\":%.6f,\"units\":%.0f,\"check\":%s}\n",
         workload, median(cpu_of + first, count - first), median(wall_of + first, count - first), cpu_of[0], wall_of[0],
         units, said);
}

/* ------------------------------------------------------------------ random numbers */

/* xoshiro256+ (Blackman & Vigna 2021); only its high bits are used. */
typedef struct {
  uint64_t a, b, c, d;
} stream;

static inline uint64_t bits(stream *s) {
  uint64_t sum = s->a + s->d, shifted = s->b << 17;
  s->c ^= s->a;
  s->d ^= s->b;
  s->b ^= s->c;
  s->a ^= s->d;
  s->c ^= shifted;
  s->d = s->d << 45 | s->d >> 19;
  return sum;
}
/* SplitMix64 (Steele, Lea & Flood 2014) spreads a seed over a state. */
static inline uint64_t spread(uint64_t *at) {
  uint64_t z = *at += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}
static inline stream stream_of(uint64_t seed, uint64_t index) {
  uint64_t at = seed * 0x5851f42d4c957f2du + index;
  stream s;
  s.a = spread(&at);
  s.b = spread(&at);
  s.c = spread(&at);
  s.d = spread(&at);
  return s;
}
/* Uniform in (0, 1). */
static inline double open_unit(stream *s) { return ((double)(bits(s) >> 11) + 0.5) * 0x1p-53; }

/* The ziggurat (Marsaglia & Tsang 2000) in 1,024 layers of one area: 99.7 % of draws take the first return. */
enum { layers = 1024 };
static const double edge = 4.038849846109505; /* where the lowest layer meets the tail */
static double width[layers], height[layers + 1];
static int64_t inside[layers];

static inline void make_tables(void) {
  double x[layers + 1], area = edge * exp(-edge * edge / 2) + sqrt(acos(-1) / 2) * erfc(edge / sqrt(2));
  x[0] = area / exp(-edge * edge / 2);
  x[1] = edge;
  for (int i = 2; i < layers; i++) x[i] = sqrt(-2 * log(area / x[i - 1] + exp(-x[i - 1] * x[i - 1] / 2)));
  x[layers] = 0;
  for (int i = 0; i <= layers; i++) height[i] = exp(-x[i] * x[i] / 2);
  for (int i = 0; i < layers; i++) {
    width[i] = x[i] * 0x1p-52;
    inside[i] = (int64_t)(x[i + 1] / x[i] * 0x1p52);
  }
}
/* A candidate that missed the fast test: 1 where it, or one from the tail, is taken. Out of line, on a copy of the stream,
   so that the loops around keep theirs in registers. */
static __attribute__((noinline)) int settle(stream *s, int layer, double *z) {
  if (layer > 0) return height[layer] + open_unit(s) * (height[layer + 1] - height[layer]) < exp(-*z * *z / 2);
  double beyond;
  do beyond = -log(open_unit(s)) / edge;
  while (-2 * log(open_unit(s)) < beyond * beyond);
  *z = *z < 0 ? -edge - beyond : edge + beyond;
  return 1;
}
static inline double normal(stream *s) {
  for (;;) {
    uint64_t word = bits(s);
    int layer = (int)(word >> 54);
    int64_t place = (int64_t)(word << 10) >> 11;
    double z = (double)place * width[layer];
    /* |place| without a branch on its sign, which would be mispredicted half of the time. */
    if (__builtin_expect((place ^ place >> 63) < inside[layer], 1)) return z;
    stream copy = *s;
    int taken = settle(&copy, layer, &z);
    *s = copy;
    if (taken) return z;
  }
}
static inline void normals(stream *s, double *out, int n) {
  stream local = *s;
  for (int k = 0; k < n; k++) out[k] = normal(&local);
  *s = local;
}
#endif
