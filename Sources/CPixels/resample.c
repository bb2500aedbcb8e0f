// Rows first: a row of the result is a weighted sum of source rows, which vectorises over the interleaved samples as
// they stand in memory; then each of its pixels is a weighted sum along that row. No picture in between is ever stored.
#include "CPixels.h"

#include <math.h>
#include <string.h>

typedef float Lanes __attribute__((vector_size(64)));  // 16 floats: whatever registers the target has
typedef uint8_t Lanes8 __attribute__((vector_size(16)));
typedef uint16_t Lanes16 __attribute__((vector_size(32)));
typedef float Pixel __attribute__((vector_size(16)));

typedef struct {
  int *first;      // of the source samples that make an output sample
  int *taps;       // how many they are
  float *weights;  // `stride` for each output sample
  int stride;
} Table;

static size_t round_up(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static double support_of(CPixelsAxis axis, CPixelsFilter filter) {
  const double scale = (double)axis.length / axis.full;
  return (filter == cpixels_bicubic ? 2.0 : 1.0) * (scale > 1 ? scale : 1);
}

static int stride_of(CPixelsAxis axis, CPixelsFilter filter) { return 2 * (int)ceil(support_of(axis, filter)) + 1; }

static size_t table_bytes(CPixelsAxis axis, CPixelsFilter filter) {
  const size_t count = (size_t)axis.count;
  return 2 * round_up(count * sizeof(int)) + round_up(count * stride_of(axis, filter) * sizeof(float));
}

static double weigh(double x, CPixelsFilter filter) {
  if (x < 0) x = -x;
  if (filter == cpixels_bilinear) return x < 1 ? 1 - x : 0;
  const double a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}

static char *make_table(Table *table, CPixelsAxis axis, CPixelsFilter filter, double gain, char *memory) {
  const double scale = (double)axis.length / axis.full, support = support_of(axis, filter);
  const double sharpness = scale > 1 ? 1 / scale : 1;
  table->stride = stride_of(axis, filter);
  table->first = (int *)memory;
  memory += round_up((size_t)axis.count * sizeof(int));
  table->taps = (int *)memory;
  memory += round_up((size_t)axis.count * sizeof(int));
  table->weights = (float *)memory;
  memory += round_up((size_t)axis.count * table->stride * sizeof(float));
  for (int i = 0; i < axis.count; i++) {
    const double centre = scale * (axis.offset + (axis.is_reversed ? axis.count - 1 - i : i) + 0.5);
    int first = (int)(centre - support + 0.5), last = (int)(centre + support + 0.5);
    if (first < 0) first = 0;
    if (last > axis.length) last = axis.length;
    double sum = 0;
    for (int j = first; j < last; j++) sum += weigh((j - centre + 0.5) * sharpness, filter);
    float *weights = table->weights + (size_t)i * table->stride;
    for (int j = first; j < last; j++)
      weights[j - first] = (float)(weigh((j - centre + 0.5) * sharpness, filter) / sum * gain);
    table->first[i] = axis.start + first;
    table->taps[i] = last - first;
  }
  return memory;
}

size_t cpixels_resample_scratch(CPixelsAxis across, CPixelsAxis down, CPixelsFilter filter, int planes) {
  // A row of sums, with room for the last pixel's idle fourth lane.
  const size_t row = round_up(((size_t)across.length * planes + 4) * sizeof(float));
  return table_bytes(across, filter) + table_bytes(down, filter) + row;
}

// sums[i] = sum over k of weights[k] * rows[k][i], the sums of 16 neighbours staying in registers.
#define SUM_ROWS(Sample, SampleLanes)                                                                                  \
  static void sum_rows_##Sample(                                                                                       \
    const Sample *first, size_t row_samples, const float *weights, int taps, size_t count, float *sums) {              \
    size_t i = 0;                                                                                                      \
    for (; i + 16 <= count; i += 16) {                                                                                 \
      Lanes sum = {0};                                                                                                 \
      for (int k = 0; k < taps; k++) {                                                                                 \
        SampleLanes samples;                                                                                           \
        memcpy(&samples, first + row_samples * k + i, sizeof samples);                                                 \
        sum += __builtin_convertvector(samples, Lanes) * weights[k];                                                   \
      }                                                                                                                \
      memcpy(sums + i, &sum, sizeof sum);                                                                              \
    }                                                                                                                  \
    for (; i < count; i++) {                                                                                           \
      float sum = 0;                                                                                                   \
      for (int k = 0; k < taps; k++) sum += (float)first[row_samples * k + i] * weights[k];                            \
      sums[i] = sum;                                                                                                   \
    }                                                                                                                  \
  }
SUM_ROWS(uint8_t, Lanes8)
SUM_ROWS(uint16_t, Lanes16)
SUM_ROWS(float, Lanes)

static float clip(float value) {
  value = value > 0 ? value : 0;
  return value < 1 ? value : 1;
}

static void sum_along_rgb(const float *row, const Table *table, int start, int count, size_t plane, float *target) {
  for (int x = 0; x < count; x++) {
    const float *samples = row + 3 * (size_t)(table->first[x] - start);
    const float *weights = table->weights + (size_t)x * table->stride;
    Pixel sum = {0};
    for (int k = 0; k < table->taps[x]; k++) {
      Pixel pixel;
      memcpy(&pixel, samples + 3 * k, sizeof pixel);
      sum += pixel * weights[k];
    }
    for (int c = 0; c < 3; c++) target[plane * c + x] = clip(sum[c]);
  }
}

static void sum_along_grey(const float *row, const Table *table, int start, int count, float *target) {
  for (int x = 0; x < count; x++) {
    const float *samples = row + (table->first[x] - start);
    const float *weights = table->weights + (size_t)x * table->stride;
    float sum = 0;
    for (int k = 0; k < table->taps[x]; k++) sum += samples[k] * weights[k];
    target[x] = clip(sum);
  }
}

static void sum_along_planes(
  const float *row, const Table *table, int start, int count, int planes, size_t plane, float *target) {
  for (int x = 0; x < count; x++) {
    const float *samples = row + (size_t)planes * (size_t)(table->first[x] - start);
    const float *weights = table->weights + (size_t)x * table->stride;
    for (int c = 0; c < planes; c++) {
      float sum = 0;
      for (int k = 0; k < table->taps[x]; k++) sum += samples[(size_t)planes * k + c] * weights[k];
      target[plane * c + x] = clip(sum);
    }
  }
}

void cpixels_resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                      CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target) {
  Table columns, rows;
  char *memory = make_table(&columns, across, filter, 1, scratch);
  static const double gains[] = {1.0 / 255, 1.0 / 65535, 1};
  memory = make_table(&rows, down, filter, gains[sample], memory);
  float *sums = (float *)memory;
  const size_t count = (size_t)across.length * planes, left = (size_t)across.start * planes;
  const size_t plane = (size_t)across.count * down.count;
  memset(sums + count, 0, 4 * sizeof *sums);
  for (int y = 0; y < down.count; y++) {
    const size_t first = row_samples * rows.first[y] + left;
    const float *weights = rows.weights + (size_t)y * rows.stride;
    if (sample == cpixels_uint8)
      sum_rows_uint8_t((const uint8_t *)source + first, row_samples, weights, rows.taps[y], count, sums);
    else if (sample == cpixels_uint16)
      sum_rows_uint16_t((const uint16_t *)source + first, row_samples, weights, rows.taps[y], count, sums);
    else
      sum_rows_float((const float *)source + first, row_samples, weights, rows.taps[y], count, sums);
    float *line = target + (size_t)across.count * y;
    if (planes == 3)
      sum_along_rgb(sums, &columns, across.start, across.count, plane, line);
    else if (planes == 1)
      sum_along_grey(sums, &columns, across.start, across.count, line);
    else
      sum_along_planes(sums, &columns, across.start, across.count, planes, plane, line);
  }
}
