#include "CPixels.h"

#include <string.h>

typedef float Lanes __attribute__((vector_size(64)));

static inline float clip(float value) {
  value = value > 0 ? value : 0;
  return value < 1 ? value : 1;
}

static inline float smaller(float a, float b) { return a < b ? a : b; }
static inline float larger(float a, float b) { return a > b ? a : b; }
static inline float grey(float red, float green, float blue) { return 0.2989f * red + 0.587f * green + 0.114f * blue; }

void cpixels_brightness(float *image, size_t count, float factor) {
  for (size_t i = 0; i < count; i++) image[i] = clip(image[i] * factor);
}

// Sixteen running sums, so that the order of addition (and the result) is the same whatever the registers.
static double sum_of(const float *values, size_t count) {
  Lanes sums = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Lanes lanes;
    memcpy(&lanes, values + i, sizeof lanes);
    sums += lanes;
  }
  double sum = 0;
  for (int lane = 0; lane < 16; lane++) sum += (double)sums[lane];
  for (; i < count; i++) sum += (double)values[i];
  return sum;
}

void cpixels_contrast(float *image, int planes, size_t count, float factor) {
  if (planes != 1 && planes != 3) {
    for (int p = 0; p < planes; p++) cpixels_contrast(image + count * p, 1, count, factor);
    return;
  }
  double mean = sum_of(image, count);
  if (planes == 3)
    mean = 0.2989 * mean + 0.587 * sum_of(image + count, count) + 0.114 * sum_of(image + 2 * count, count);
  const float offset = (1 - factor) * (float)(mean / (double)count);
  for (size_t i = 0; i < count * planes; i++) image[i] = clip(image[i] * factor + offset);
}

void cpixels_saturation(float *image, size_t count, float factor) {
  float *restrict red = image, *restrict green = image + count, *restrict blue = image + 2 * count;
  for (size_t i = 0; i < count; i++) {
    const float r = red[i], g = green[i], b = blue[i], rest = (1 - factor) * grey(r, g, b);
    red[i] = clip(r * factor + rest);
    green[i] = clip(g * factor + rest);
    blue[i] = clip(b * factor + rest);
  }
}

// HSV keeps the largest of the three channels (V) and their range (V times S) while the hue turns, so that each channel
// is V - range * clip(min(k, 4 - k)), k the distance of the hue from the channel's own, in sixths of the circle.
static inline float channel(float sixths, float from, float most, float range) {
  float k = sixths + from;
  k -= k >= 6 ? 6.0f : 0.0f;
  return most - range * clip(smaller(k, 4 - k));
}

void cpixels_hue(float *image, size_t count, float turns) {
  float *restrict red = image, *restrict green = image + count, *restrict blue = image + 2 * count;
  const float turn = 6 * turns;  // the caller keeps |turns| <= 1/2
  for (size_t i = 0; i < count; i++) {
    const float r = red[i], g = green[i], b = blue[i];
    const float most = larger(r, larger(g, b)), range = most - smaller(r, smaller(g, b));
    const float per_range = 1 / (range > 0 ? range : 1);
    const float from_red = (g - b) * per_range, from_green = (b - r) * per_range + 2;
    const float from_blue = (r - g) * per_range + 4;
    float sixths = (most == r ? from_red : most == g ? from_green : from_blue) + turn;
    sixths += sixths < 0 ? 6.0f : 0.0f;
    sixths -= sixths >= 6 ? 6.0f : 0.0f;
    red[i] = channel(sixths, 5, most, range);
    green[i] = channel(sixths, 3, most, range);
    blue[i] = channel(sixths, 1, most, range);
  }
}

void cpixels_greyscale(float *image, size_t count) {
  float *restrict red = image, *restrict green = image + count, *restrict blue = image + 2 * count;
  for (size_t i = 0; i < count; i++) red[i] = green[i] = blue[i] = grey(red[i], green[i], blue[i]);
}

void cpixels_solarize(float *image, size_t count, float threshold) {
  for (size_t i = 0; i < count; i++) image[i] = image[i] >= threshold ? 1 - image[i] : image[i];
}
