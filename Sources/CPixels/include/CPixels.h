// The kernels of the views. Unless stated otherwise, pictures are planar float32: `planes` planes (1 grey, 3 RGB, or
// any other number) of height x width values in 0...1, one after the other. Plain C that clang vectorises, compiled for
// several sets of instructions; no call allocates or fails.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum { cpixels_portable, cpixels_avx2, cpixels_avx512 } CPixelsInstructions;

/// The set that the kernels use: the fastest on this processor. Portable is SSE2 on x86-64 and NEON on Arm. The results
/// are the same for every set.
CPixelsInstructions cpixels_instructions(void);

/// For tests and benchmarks: makes the kernels use this set. Returns 0 and changes nothing if the processor lacks it.
int cpixels_use(CPixelsInstructions set);

// MARK: layout

/// Undoes EXIF orientation 1...8 for pixels of `pixel_bytes` bytes; `width` and `height` are those of `source`.
void cpixels_orient(
  const uint8_t *source, size_t width, size_t height, size_t pixel_bytes, int orientation, uint8_t *target);

/// Sets a box to `value`.
void cpixels_erase(
  float *image, int planes, int width, int height, int left, int top, int box_width, int box_height, float value);

// MARK: resample

typedef enum { cpixels_bilinear, cpixels_bicubic } CPixelsFilter;

typedef enum { cpixels_uint8, cpixels_uint16, cpixels_float32 } CPixelsSample;

/// One axis of a resampling: the source range start ..< start + length becomes `full` samples. Only
/// offset ..< offset + count of them are made, in reverse order if `is_reversed`.
typedef struct {
  int start, length, full, offset, count, is_reversed;
} CPixelsAxis;

/// How many bytes of scratch memory cpixels_resample needs, aligned to 64 bytes.
size_t cpixels_resample_scratch(CPixelsAxis across, CPixelsAxis down, CPixelsFilter filter, int planes);

/// Separable resampling with antialiasing (the filter widens with the reduction; bicubic has a = -0.5), straight from
/// interleaved `row_samples` x ... samples (0...255, 0...65535, or floats that are clipped to 0...1) to planar floats
/// in 0...1.
void cpixels_resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                      CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target);

// MARK: colour

typedef enum {
  /// Multiplies by `amount` and clips.
  cpixels_brightness,
  /// Blends with the mean grey of the picture. Unless there are one or three planes, each is blended with its own mean.
  cpixels_contrast,
  /// Blends each pixel of three planes with its grey.
  cpixels_saturation,
  /// Turns the hue of three planes by `amount` of the colour circle, at most a half in either direction.
  cpixels_hue,
  /// Grey (0.2989 R + 0.587 G + 0.114 B) in all three planes.
  cpixels_grey,
  /// 1 - value where the value is at least `amount`.
  cpixels_solarize,
  /// Each value to the power of `amount`.
  cpixels_gamma,
} CPixelsColourKind;

typedef struct {
  CPixelsColourKind kind;
  float amount;
} CPixelsColour;

/// (value - mean) / deviation for each of `channels`. A channel without a plane of its own takes the last plane, so
/// that grey fills all three channels.
typedef struct {
  const float *mean, *deviation;
  int channels;
} CPixelsNormalisation;

/// Makes the steps one after the other in as few passes over the picture as possible: contrast needs the result of all
/// steps before it. Steps for three planes do nothing to other pictures.
void cpixels_colour(float *image, int planes, size_t count, const CPixelsColour *steps, int step_count);

/// The same, and also writes the result normalised and channels-last to `target`, [count, channels].
void cpixels_finish(float *image, int planes, size_t count, const CPixelsColour *steps, int step_count,
                    const CPixelsNormalisation *normalisation, float *target);

// MARK: space

/// How many bytes of scratch memory cpixels_blur needs.
size_t cpixels_blur_scratch(int width, int height, int radius);

/// Convolves with the symmetric `kernel` of 2 * radius + 1 weights along both axes, edges mirrored without repeating
/// the edge pixel. `scratch` is aligned to 64 bytes.
void cpixels_blur(float *image, int planes, int width, int height, const float *kernel, int radius, void *scratch);

/// target(x, y) = source at (u / w, v / w), where (u, v, w) = `inverse` * (x, y, 1) and `inverse` is given row by row.
/// Coordinates are in pixels from the centre of the picture; the interpolation is bilinear with zeros outside. The
/// result is mask * (value - fill) + fill, where mask is the weight of the pixels inside.
void cpixels_project(const float *source, int planes, int width, int height, const float inverse[9], float fill,
                     float *target);

// MARK: noise

/// Adds normal noise of standard deviation `sigma`, a function of `seed` and the position. Values outside 0...1 are not
/// clipped.
void cpixels_noise(float *image, size_t count, float sigma, uint64_t seed);
