// Rows first: a row of the result is a weighted sum of source rows, which vectorises over the interleaved samples as
// they stand in memory; then each of its pixels is a weighted sum along that row. No picture in between is ever stored.

#include "../table.h"

typedef uint8_t Lanes8 __attribute__((vector_size(16)));
typedef uint16_t Lanes16 __attribute__((vector_size(32)));

// sums[i] = sum over k of weights[k] * rows[k][i], the sums of `width` times 16 neighbours staying in registers.
#define SUM_ROWS(Sample, SampleLanes)                                                                                  \
  static inline __attribute__((always_inline)) void sum_strip_##Sample(                                                \
    const Sample *first, size_t row_samples, const float *weights, int taps, int width, float *sums) {                 \
    Lanes strip[4] = {{0}};                                                                                            \
    for (int k = 0; k < taps; k++)                                                                                     \
      for (int w = 0; w < width; w++) {                                                                                \
        SampleLanes samples;                                                                                           \
        memcpy(&samples, first + row_samples * k + 16 * w, sizeof samples);                                            \
        strip[w] += __builtin_convertvector(samples, Lanes) * weights[k];                                              \
      }                                                                                                                \
    memcpy(sums, strip, (size_t)width * sizeof *strip);                                                                \
  }                                                                                                                    \
  static void sum_rows_##Sample(                                                                                       \
    const Sample *first, size_t row_samples, const float *weights, int taps, size_t count, float *sums) {              \
    size_t i = 0;                                                                                                      \
    for (; i + 64 <= count; i += 64) sum_strip_##Sample(first + i, row_samples, weights, taps, 4, sums + i);           \
    for (; i + 16 <= count; i += 16) sum_strip_##Sample(first + i, row_samples, weights, taps, 1, sums + i);           \
    for (; i < count; i++) {                                                                                           \
      float sum = 0;                                                                                                   \
      for (int k = 0; k < taps; k++) sum += (float)first[row_samples * k + i] * weights[k];                            \
      sums[i] = sum;                                                                                                   \
    }                                                                                                                  \
  }
SUM_ROWS(uint8_t, Lanes8)
SUM_ROWS(uint16_t, Lanes16)
SUM_ROWS(float, Lanes)

#ifdef HAS_AVX512
#include "along_avx512.h"
#else
#include "along.h"
#endif

static void clip_line(float *line, int count) {
  for (int x = 0; x < count; x++) line[x] = clip(line[x]);
}

static void resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                     CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target) {
  CPixelsTable columns, rows;
  char *memory = cpixels_make_table(&columns, across, filter, 1, scratch);
  static const double gains[] = {1.0 / 255, 1.0 / 65535, 1};
  memory = cpixels_make_table(&rows, down, filter, gains[sample], memory);
  float *sums = (float *)memory;
  const size_t count = (size_t)across.length * planes, left = (size_t)across.start * planes;
  const size_t plane = (size_t)across.count * down.count;
  const size_t row_bytes = cpixels_row_bytes(across, filter, planes);
  memset(sums + count, 0, row_bytes - count * sizeof *sums);
  const Along along = make_along(&columns, across, planes, memory + row_bytes);
  for (int y = 0; y < down.count; y++) {
    const size_t first = row_samples * (size_t)(down.start + rows.first[y]) + left;
    const float *weights = rows.weights + (size_t)y * rows.stride;
    if (sample == cpixels_uint8)
      sum_rows_uint8_t((const uint8_t *)source + first, row_samples, weights, rows.taps[y], count, sums);
    else if (sample == cpixels_uint16)
      sum_rows_uint16_t((const uint16_t *)source + first, row_samples, weights, rows.taps[y], count, sums);
    else
      sum_rows_float((const float *)source + first, row_samples, weights, rows.taps[y], count, sums);
    float *line = target + (size_t)across.count * y;
    sum_along(sums, &along, across.count, planes, plane, line);
    for (int p = 0; p < planes; p++) clip_line(line + plane * p, across.count);
  }
}
