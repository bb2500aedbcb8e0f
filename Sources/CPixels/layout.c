#include "CPixels.h"

void cpixels_orient(
  const uint8_t *source, size_t width, size_t height, size_t pixel_bytes, int orientation, uint8_t *target) {
  // Orientations 5...8 swap the axes. Otherwise they differ in the corner of the source where reading starts.
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

void cpixels_erase(
  float *image, int planes, int width, int height, int left, int top, int box_width, int box_height, float value) {
  for (int p = 0; p < planes; p++)
    for (int y = top; y < top + box_height; y++) {
      float *line = image + ((size_t)height * p + y) * width + left;
      for (int x = 0; x < box_width; x++) line[x] = value;
    }
}
