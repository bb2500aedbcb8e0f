#include "table.h"

#include <math.h>

#pragma clang fp contract(off)  // as in the kernels

static double support_of(CPixelsAxis axis, CPixelsFilter filter) {
  const double scale = (double)axis.length / axis.full;
  return (filter == cpixels_bicubic ? 2.0 : 1.0) * (scale > 1 ? scale : 1);
}

static int stride_of(CPixelsAxis axis, CPixelsFilter filter) { return 2 * (int)ceil(support_of(axis, filter)) + 1; }

size_t cpixels_table_bytes(CPixelsAxis axis, CPixelsFilter filter) {
  const size_t count = (size_t)axis.count, stride = (size_t)stride_of(axis, filter);
  return 2 * cpixels_round_up(count * sizeof(int)) + cpixels_round_up(count * stride * sizeof(float))
    + cpixels_round_up(stride * sizeof(double));
}

size_t cpixels_row_bytes(CPixelsAxis across, CPixelsFilter filter, int planes) {
  // Reads go beyond the last sample: taps of weight 0, the idle fourth lane of a pixel, and the rest of a window.
  const size_t pixels = (size_t)across.length + (size_t)stride_of(across, filter);
  return cpixels_round_up((pixels * (size_t)planes + cpixels_window) * sizeof(float));
}

size_t cpixels_permutation_bytes(CPixelsAxis across, CPixelsFilter filter, int planes) {
  const size_t blocks = ((size_t)across.count + 15) / 16, weights = 16 * blocks * (size_t)stride_of(across, filter);
  return cpixels_round_up(weights * sizeof(float)) + cpixels_round_up(16 * blocks * sizeof(int))
    + cpixels_round_up(2 * blocks * sizeof(int)) + (size_t)planes * cpixels_row_bytes(across, filter, 1);
}

size_t cpixels_resample_scratch(CPixelsAxis across, CPixelsAxis down, CPixelsFilter filter, int planes) {
  return cpixels_table_bytes(across, filter) + cpixels_table_bytes(down, filter)
    + cpixels_row_bytes(across, filter, planes) + cpixels_permutation_bytes(across, filter, planes);
}

static inline double weigh(double x, CPixelsFilter filter) {
  if (x < 0) x = -x;
  if (filter == cpixels_bilinear) return x < 1 ? 1 - x : 0;
  const double a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}

char *cpixels_make_table(CPixelsTable *table, CPixelsAxis axis, CPixelsFilter filter, double gain, char *memory) {
  const double scale = (double)axis.length / axis.full, support = support_of(axis, filter);
  const double sharpness = scale > 1 ? 1 / scale : 1;
  const size_t count = (size_t)axis.count;
  table->stride = stride_of(axis, filter);
  table->first = (int *)memory;
  memory += cpixels_round_up(count * sizeof(int));
  table->taps = (int *)memory;
  memory += cpixels_round_up(count * sizeof(int));
  table->weights = (float *)memory;
  memory += cpixels_round_up(count * (size_t)table->stride * sizeof(float));
  double *exact = (double *)memory;
  memory += cpixels_round_up((size_t)table->stride * sizeof(double));
  table->most_taps = 0;
  for (int i = 0; i < axis.count; i++) {
    const double centre = scale * (axis.offset + (axis.is_reversed ? axis.count - 1 - i : i) + 0.5);
    int first = (int)(centre - support + 0.5), last = (int)(centre + support + 0.5);
    if (first < 0) first = 0;
    if (last > axis.length) last = axis.length;
    double sum = 0;
    for (int j = first; j < last; j++) sum += exact[j - first] = weigh((j - centre + 0.5) * sharpness, filter);
    float *weights = table->weights + (size_t)i * table->stride;
    const double each = gain / sum;
    for (int j = 0; j < last - first; j++) weights[j] = (float)(exact[j] * each);
    for (int j = last - first; j < table->stride; j++) weights[j] = 0;
    table->first[i] = first;
    table->taps[i] = last - first;
    if (last - first > table->most_taps) table->most_taps = last - first;
  }
  return memory;
}
