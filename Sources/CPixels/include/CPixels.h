// The kernels of the views. Pictures are planar float32: `planes` planes (1 grey, 3 RGB, or any other number) of
// height x width values in 0...1, one after the other, except where it says otherwise.
// Plain C that clang vectorises; no call allocates or fails.
#pragma once
#include <stddef.h>
#include <stdint.h>

// MARK: layout.c

/// Undoes EXIF orientation 1...8 for pixels of `pixel_bytes` bytes; `width` and `height` are those of `source`.
void cpixels_orient(
  const uint8_t *source, size_t width, size_t height, size_t pixel_bytes, int orientation, uint8_t *target);

/// Writes (value - mean) / deviation channels-last, [count, channels]; a channel without a plane of its own gets the
/// last one, so that grey goes to all three.
void cpixels_normalise(const float *image, int planes, size_t count, const float *mean, const float *deviation,
                       int channels, float *target);

// MARK: resample.c

typedef enum { cpixels_bilinear, cpixels_bicubic } CPixelsFilter;

typedef enum { cpixels_uint8, cpixels_uint16, cpixels_float32 } CPixelsSample;

/// One axis of a resampling: the source range start ..< start + length becomes `full` samples, of which
/// offset ..< offset + count are made, in reverse order if `is_reversed`.
typedef struct {
  int start, length, full, offset, count, is_reversed;
} CPixelsAxis;

/// How many bytes of scratch memory cpixels_resample needs.
size_t cpixels_resample_scratch(CPixelsAxis across, CPixelsAxis down, CPixelsFilter filter, int planes);

/// Separable resampling with antialiasing (the filter widens with the reduction; bicubic has a = -0.5), straight from
/// interleaved `row_samples` x ... samples (0...255, 0...65535, or floats that are clipped to 0...1) to planar floats in
/// 0...1.
void cpixels_resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                      CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target);

// MARK: colour.c

void cpixels_brightness(float *image, size_t count, float factor);
/// Blends with the mean of the picture's grey; where there are neither one nor three planes, each with its own mean.
void cpixels_contrast(float *image, int planes, size_t count, float factor);
/// Blends each pixel of three planes with its grey.
void cpixels_saturation(float *image, size_t count, float factor);
/// Turns the hue of three planes by `turns` of the colour circle.
void cpixels_hue(float *image, size_t count, float turns);
/// Grey (0.2989 R + 0.587 G + 0.114 B) in all three planes.
void cpixels_greyscale(float *image, size_t count);
/// 1 - value where the value is at least `threshold`.
void cpixels_solarize(float *image, size_t count, float threshold);

// MARK: space.c

/// How many bytes of scratch memory cpixels_blur needs.
size_t cpixels_blur_scratch(int width, int height, int radius);

/// Convolves with the symmetric `kernel` of 2 * radius + 1 weights along both axes, edges mirrored without repeating
/// the edge pixel. `scratch` is aligned for pointers.
void cpixels_blur(float *image, int planes, int width, int height, const float *kernel, int radius, void *scratch);

/// target(x, y) = source at `inverse` * (x, y, 1), coordinates in pixels from the centre of the picture, bilinear;
/// outside lies zero, then mask * (value - fill) + fill where mask is the weight of the inside.
void cpixels_affine(const float *source, int planes, int width, int height, const float inverse[6], float fill,
                    float *target);

/// Sets a box to `value`.
void cpixels_erase(
  float *image, int planes, int width, int height, int left, int top, int box_width, int box_height, float value);

// MARK: noise.c

/// Adds normal noise of standard deviation `sigma`, a function of `seed` and the position, and clips to 0...1.
void cpixels_noise(float *image, size_t count, float sigma, uint64_t seed);
