#include "../scratch.h"

// Reflects index i into a line of n samples whose ends are mirrors, several times if the line is shorter than i.
static inline int mirror(int i, int n) {
  if (i >= 0 && i < n) return i;
  if (i < 0 && -i < n) return -i;
  if (i >= n && i < 2 * n - 1) return 2 * n - 2 - i;
  if (n == 1) return 0;
  const int period = 2 * n - 2;
  i = i < 0 ? -i % period : i % period;
  return i < n ? i : period - i;
}

// target[i] = sum over k of kernel[k] * lines[k][i], folded because the kernel is symmetric. The sums of `width` times
// 16 neighbours stay in registers.
static inline __attribute__((always_inline)) void sum_lines_strip(
  const float *const *lines, const float *kernel, int radius, int i, int width, float *target) {
  Lanes strip[4], a, b;
  for (int w = 0; w < width; w++) {
    memcpy(&a, lines[radius] + i + 16 * w, sizeof a);
    strip[w] = a * kernel[radius];
  }
  for (int k = 0; k < radius; k++)
    for (int w = 0; w < width; w++) {
      memcpy(&a, lines[k] + i + 16 * w, sizeof a);
      memcpy(&b, lines[2 * radius - k] + i + 16 * w, sizeof b);
      strip[w] += (a + b) * kernel[k];
    }
  memcpy(target + i, strip, (size_t)width * sizeof *strip);
}

static void sum_lines(const float *const *lines, const float *kernel, int radius, int count, float *target) {
  int i = 0;
  for (; i + 64 <= count; i += 64) sum_lines_strip(lines, kernel, radius, i, 4, target);
  for (; i + 32 <= count; i += 32) sum_lines_strip(lines, kernel, radius, i, 2, target);
  for (; i + 16 <= count; i += 16) sum_lines_strip(lines, kernel, radius, i, 1, target);
  for (; i < count; i++) {
    float sum = lines[radius][i] * kernel[radius];
    for (int k = 0; k < radius; k++) sum += (lines[k][i] + lines[2 * radius - k][i]) * kernel[k];
    target[i] = sum;
  }
}

#ifdef CPIXELS_PERMUTES
#include "permuted_blur.h"
#endif

// `padded` has room for cpixels_blur_margin floats before and after the row.
static void blur_along(
  const float *line, const float *kernel, int radius, int count, const float **lines, float *padded, float *target) {
  memcpy(padded, line, (size_t)count * sizeof *line);
  for (int k = 1; k <= radius; k++) {
    padded[-k] = line[mirror(-k, count)];
    padded[count - 1 + k] = line[mirror(count - 1 + k, count)];
  }
#ifdef CPIXELS_PERMUTES
  if (radius <= permuted_radius && count >= 16) return blur_permuted(padded, kernel, radius, count, target);
#endif
  sum_lines(lines, kernel, radius, count, target);
}

static void blur(float *image, int planes, int width, int height, const float *kernel, int radius, void *scratch) {
  const size_t plane = (size_t)width * height, margin = cpixels_blur_margin(radius);
  const size_t most_lines = cpixels_blur_lines(height, radius);
  const float **lines = scratch;  // the lines of one sum follow one another
  float *across = (float *)((char *)scratch + cpixels_round_up(most_lines * sizeof *lines));
  float *padded = (float *)((char *)across + cpixels_round_up(plane * sizeof *across)) + margin;
  for (int p = 0; p < planes; p++, image += plane) {
    for (int k = 0; k <= 2 * radius; k++) lines[k] = padded + k - radius;
    for (int y = 0; y < height; y++) {
      const size_t first = (size_t)width * y;
      blur_along(image + first, kernel, radius, width, lines, padded, across + first);
    }
    for (int y = -radius; y < height + radius; y++) lines[y + radius] = across + (size_t)width * mirror(y, height);
    for (int y = 0; y < height; y++) sum_lines(lines + y, kernel, radius, width, image + (size_t)width * y);
  }
}

static void project(const float *source, int planes, int width, int height, const float inverse[9], float fill,
                    float *target) {
  const size_t plane = (size_t)width * height;
  const float middle_x = (float)(width - 1) / 2, middle_y = (float)(height - 1) / 2;
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++) {
      const float u = (float)column - middle_x, v = (float)row - middle_y;
      const float distance = inverse[6] * u + inverse[7] * v + inverse[8];
      float x = (inverse[0] * u + inverse[1] * v + inverse[2]) / distance + middle_x;
      float y = (inverse[3] * u + inverse[4] * v + inverse[5]) / distance + middle_y;
      // More than one pixel outside, the result is the fill alone. The conversion to int must not overflow or get a
      // NaN.
      x = x > -2 ? x : -2;
      x = x < (float)width + 1 ? x : (float)width + 1;
      y = y > -2 ? y : -2;
      y = y < (float)height + 1 ? y : (float)height + 1;
      const int left = (int)(x + 2) - 2, top = (int)(y + 2) - 2;  // floor, as x + 2 >= 0
      const float right_part = x - (float)left, lower_part = y - (float)top;
      const float columns[2] = {left >= 0 && left < width ? 1 - right_part : 0,
                                left >= -1 && left < width - 1 ? right_part : 0};
      const float rows[2] = {top >= 0 && top < height ? 1 - lower_part : 0,
                             top >= -1 && top < height - 1 ? lower_part : 0};
      const int near_x = left < 0 ? 0 : left >= width ? width - 1 : left;
      const int far_x = left < -1 ? 0 : left >= width - 1 ? width - 1 : left + 1;
      const size_t near_y = (size_t)width * (top < 0 ? 0 : top >= height ? height - 1 : top);
      const size_t far_y = (size_t)width * (top < -1 ? 0 : top >= height - 1 ? height - 1 : top + 1);
      const float mask = (columns[0] + columns[1]) * (rows[0] + rows[1]);
      for (int p = 0; p < planes; p++) {
        const float *from = source + plane * p;
        const float value = rows[0] * (columns[0] * from[near_y + near_x] + columns[1] * from[near_y + far_x])
          + rows[1] * (columns[0] * from[far_y + near_x] + columns[1] * from[far_y + far_x]);
        target[plane * p + (size_t)width * row + column] = mask * (value - fill) + fill;
      }
    }
}
