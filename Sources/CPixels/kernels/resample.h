// Rows first: a row of sums is a weighted sum of source rows, which vectorises over the interleaved samples in memory.
// Then each pixel of the result is a weighted sum along that row. No intermediate picture is stored.

#include "../table.h"
#include "along.h"
#ifdef CPIXELS_PERMUTES
#include "permuted_sums.h"
#endif

typedef uint8_t Lanes8 __attribute__((vector_size(16)));
typedef uint16_t Lanes16 __attribute__((vector_size(32)));

// sums[i] = sum over k of weights[k] * rows[k][i]. The sums of `width` times 16 neighbours stay in registers.
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

enum { rows_ahead = 2 };

// Prefetches the source rows that an output row is the first to need. Each is a short stretch of memory far from the
// last one, which processors do not predict by themselves.
static void fetch_rows(const char *source, size_t row_bytes, size_t bytes, const CPixelsTable *rows, int y) {
  int from = rows->first[y], end = from + rows->taps[y];
  const int known = rows->first[y - 1], known_end = known + rows->taps[y - 1];
  if (from < known)  // upwards, in a flipped picture
    end = end < known ? end : known;
  else
    from = from > known_end ? from : known_end;
  for (int row = from; row < end; row++)
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(source + row_bytes * (size_t)row + i);
}

static void resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                     CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target) {
  CPixelsTable columns, rows;
  char *memory = cpixels_make_table(&columns, across, filter, 1, scratch);
  static const double gains[] = {1.0 / 255, 1.0 / 65535, 1};
  memory = cpixels_make_table(&rows, down, filter, gains[sample], memory);
  float *sums = (float *)memory;
  memory += cpixels_row_bytes(across, filter, planes);
#ifdef CPIXELS_PERMUTES
  const Permutation permutation = make_permutation(&columns, across, filter, planes, memory);
#endif
  static const size_t sample_bytes[] = {1, 2, 4};
  const size_t count = (size_t)across.length * planes, left = (size_t)across.start * planes;
  const size_t plane = (size_t)across.count * down.count;
  const size_t row_bytes = row_samples * sample_bytes[sample];
  const char *corner = (const char *)source + row_bytes * (size_t)down.start + left * sample_bytes[sample];
  memset(sums + count, 0, cpixels_row_bytes(across, filter, planes) - count * sizeof *sums);
  for (int y = 0; y < down.count; y++) {
    if (y + rows_ahead < down.count)
      fetch_rows(corner, row_bytes, count * sample_bytes[sample], &rows, y + rows_ahead);
    const void *first = corner + row_bytes * (size_t)rows.first[y];
    const float *weights = rows.weights + (size_t)y * rows.stride;
    if (sample == cpixels_uint8)
      sum_rows_uint8_t(first, row_samples, weights, rows.taps[y], count, sums);
    else if (sample == cpixels_uint16)
      sum_rows_uint16_t(first, row_samples, weights, rows.taps[y], count, sums);
    else
      sum_rows_float(first, row_samples, weights, rows.taps[y], count, sums);
    float *line = target + (size_t)across.count * y;
#ifdef CPIXELS_PERMUTES
    if (permutation.parts) {
      sum_permuted(&permutation, sums, planes, plane, line);
      continue;
    }
#endif
    sum_along(sums, &columns, across.count, planes, plane, line);
  }
}
