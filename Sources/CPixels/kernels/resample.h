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

typedef float Pixel __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) Pixel sum_pixel(
  const float *row, const CPixelsTable *table, int taps, int x) {
  const float *samples = row + 3 * (size_t)table->first[x], *weights = table->weights + (size_t)x * table->stride;
  Pixel sum = {0};
  for (int k = 0; k < taps; k++) {
    Pixel pixel;  // and the first sample of the next one, idle
    memcpy(&pixel, samples + 3 * k, sizeof pixel);
    sum += pixel * weights[k];
  }
  return sum;
}

// As many taps for every pixel, the last perhaps of no weight, so that the compiler can unroll and the processor foresee.
static inline __attribute__((always_inline)) void sum_along_rgb(
  const float *row, const CPixelsTable *table, int taps, int count, size_t plane, float *target) {
  int x = 0;
  for (; x + 4 <= count; x += 4) {
    const Pixel a = sum_pixel(row, table, taps, x), b = sum_pixel(row, table, taps, x + 1);
    const Pixel c = sum_pixel(row, table, taps, x + 2), d = sum_pixel(row, table, taps, x + 3);
    const Pixel ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const Pixel red = __builtin_shufflevector(ab, cd, 0, 1, 4, 5), green = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    const Pixel blue = __builtin_shufflevector(
      __builtin_shufflevector(a, b, 2, 6, -1, -1), __builtin_shufflevector(c, d, 2, 6, -1, -1), 0, 1, 4, 5);
    memcpy(target + x, &red, sizeof red);
    memcpy(target + plane + x, &green, sizeof green);
    memcpy(target + 2 * plane + x, &blue, sizeof blue);
  }
  for (; x < count; x++) {
    const Pixel sum = sum_pixel(row, table, taps, x);
    for (int c = 0; c < 3; c++) target[plane * c + x] = sum[c];
  }
}

static void sum_along_planes(
  const float *row, const CPixelsTable *table, int count, int planes, size_t plane, float *target) {
  for (int x = 0; x < count; x++) {
    const float *samples = row + (size_t)planes * (size_t)table->first[x];
    const float *weights = table->weights + (size_t)x * table->stride;
    for (int c = 0; c < planes; c++) {
      float sum = 0;
      for (int k = 0; k < table->taps[x]; k++) sum += samples[(size_t)planes * k + c] * weights[k];
      target[plane * c + x] = sum;
    }
  }
}

static void sum_along(
  const float *row, const CPixelsTable *table, int count, int planes, size_t plane, float *target) {
  if (planes != 3) return sum_along_planes(row, table, count, planes, plane, target);
  switch (table->most_taps) {
  case 2: return sum_along_rgb(row, table, 2, count, plane, target);
  case 3: return sum_along_rgb(row, table, 3, count, plane, target);
  case 4: return sum_along_rgb(row, table, 4, count, plane, target);
  case 5: return sum_along_rgb(row, table, 5, count, plane, target);
  default: return sum_along_rgb(row, table, table->most_taps, count, plane, target);
  }
}

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
  memset(sums + count, 0, cpixels_row_bytes(across, filter, planes) - count * sizeof *sums);
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
    sum_along(sums, &columns, across.count, planes, plane, line);
    for (int p = 0; p < planes; p++) clip_line(line + plane * p, across.count);
  }
}
