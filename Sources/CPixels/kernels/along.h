// Sums along a row of interleaved samples, pixel after pixel.

typedef float Pixel __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) Pixel sum_pixel(
  const float *row, const CPixelsTable *table, int taps, int x) {
  const float *samples = row + 3 * (size_t)table->first[x], *weights = table->weights + (size_t)x * table->stride;
  Pixel sum = {0};
  for (int k = 0; k < taps; k++) {
    Pixel pixel;  // the fourth lane holds the first sample of the next pixel and is not used
    memcpy(&pixel, samples + 3 * k, sizeof pixel);
    sum += pixel * weights[k];
  }
  return sum;
}

// Every pixel has the same number of taps, the last ones perhaps of weight 0, so that the compiler can unroll the loop
// and the processor can predict its branches.
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

static void clip_line(float *line, int count) {
  for (int x = 0; x < count; x++) line[x] = clip(line[x]);
}

// `target` holds one line of the result for each plane, `plane` floats apart, clipped to 0...1.
static void sum_along(
  const float *row, const CPixelsTable *table, int count, int planes, size_t plane, float *target) {
  const int taps = planes == 3 ? table->most_taps : 0;
  switch (taps) {
  case 0: sum_along_planes(row, table, count, planes, plane, target); break;
  case 2: sum_along_rgb(row, table, 2, count, plane, target); break;
  case 3: sum_along_rgb(row, table, 3, count, plane, target); break;
  case 4: sum_along_rgb(row, table, 4, count, plane, target); break;
  case 5: sum_along_rgb(row, table, 5, count, plane, target); break;
  default: sum_along_rgb(row, table, taps, count, plane, target);
  }
  for (int p = 0; p < planes; p++) clip_line(target + plane * p, count);
}
