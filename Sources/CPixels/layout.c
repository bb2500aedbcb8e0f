#include "CPixels.h"

#include <string.h>

void cpixels_orient(
  const uint8_t *source, size_t width, size_t height, size_t pixel_bytes, int orientation, uint8_t *target) {
  // Orientations 5...8 exchange the axes. Then each picture is its source walked along two steps from one corner.
  const int is_transposed = orientation >= 5;
  const int from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const int from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const size_t target_width = is_transposed ? height : width;
  const size_t target_height = is_transposed ? width : height;
  for (size_t y = 0; y < target_height; y++)
    for (size_t x = 0; x < target_width; x++) {
      size_t column = is_transposed ? y : x, row = is_transposed ? x : y;
      if (from_right) column = width - 1 - column;
      if (from_bottom) row = height - 1 - row;
      const uint8_t *pixel = source + (row * width + column) * pixel_bytes;
      for (size_t i = 0; i < pixel_bytes; i++) *target++ = pixel[i];
    }
}

static void normalise_three(const float *image, int planes, size_t count, const float mean[3],
                            const float deviation[3], float *target) {
  const float *red = image, *green = planes == 3 ? image + count : image, *blue = planes == 3 ? green + count : image;
  const float scale[3] = {1 / deviation[0], 1 / deviation[1], 1 / deviation[2]};
  const float m0 = mean[0], m1 = mean[1], m2 = mean[2];
  for (size_t i = 0; i < count; i++) {
    target[3 * i] = (red[i] - m0) * scale[0];
    target[3 * i + 1] = (green[i] - m1) * scale[1];
    target[3 * i + 2] = (blue[i] - m2) * scale[2];
  }
}

void cpixels_normalise(const float *image, int planes, size_t count, const float *mean, const float *deviation,
                       int channels, float *target) {
  if (channels == 3 && (planes == 3 || planes == 1)) {
    normalise_three(image, planes, count, mean, deviation, target);
    return;
  }
  for (int c = 0; c < channels; c++) {
    const float *plane = image + count * (size_t)(c < planes ? c : planes - 1);
    const float scale = 1 / deviation[c], m = mean[c];
    for (size_t i = 0; i < count; i++) target[(size_t)channels * i + c] = (plane[i] - m) * scale;
  }
}
