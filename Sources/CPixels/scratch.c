#include "scratch.h"

#include "CPixels.h"

size_t cpixels_round_up(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

size_t cpixels_blur_margin(int radius) {
  return cpixels_round_up((radius > 0 ? (size_t)radius : 1) * sizeof(float)) / sizeof(float);
}

size_t cpixels_blur_lines(int height, int radius) { return (size_t)height + 2 * (size_t)radius; }

size_t cpixels_blur_scratch(int width, int height, int radius) {
  return cpixels_round_up(cpixels_blur_lines(height, radius) * sizeof(float *))
    + cpixels_round_up((size_t)width * height * sizeof(float))
    + ((size_t)width + 2 * cpixels_blur_margin(radius)) * sizeof(float);
}
