#include "CCodec.h"

#include <stdlib.h>
#include <string.h>

static uint32_t divided_up(uint32_t value, unsigned by) { return value / by + (value % by != 0); }

const char *ccodec_rows_begin(
  CCodecRows *rows, const CCodecHeader *header, unsigned reduction, void *target, size_t byte_count) {
  *rows = (CCodecRows){.sample = header->sample, .width = header->width, .height = header->height,
                       .channels = header->channels, .target_channels = header->channels, .reduction = reduction,
                       .target = target};
  const size_t line = (size_t)divided_up(rows->width, reduction) * (size_t)rows->channels;
  if (line * divided_up(rows->height, reduction) * ccodec_sample_bytes(rows->sample) != byte_count)
    return "decodes to an unexpected size";
  if (reduction > 1) rows->sums = calloc(line, sizeof *rows->sums);
  return reduction > 1 && !rows->sums ? "out of memory" : NULL;
}

void ccodec_rows_end(CCodecRows *rows) {
  free(rows->sums);
  rows->sums = NULL;
}

// Sums of integers are exact: 2^53 is more than 65535 times the pixels of any picture.
#define FOR_SAMPLE(Sample, rounding)                                                                                   \
  static void add_##Sample(const CCodecRows *rows, const Sample *row) {                                                \
    const size_t channels = (size_t)rows->channels;                                                                    \
    double *sum = rows->sums;                                                                                          \
    for (uint32_t x = 0; x < rows->width;) {                                                                           \
      const uint32_t left = rows->width - x, columns = left < rows->reduction ? left : rows->reduction;                \
      for (uint32_t i = 0; i < columns; i++)                                                                           \
        for (size_t c = 0; c < channels; c++) sum[c] += (double)*row++;                                                \
      sum += channels;                                                                                                 \
      x += columns;                                                                                                    \
    }                                                                                                                  \
  }                                                                                                                    \
  static void write_##Sample(CCodecRows *rows, uint32_t height, Sample *target) {                                      \
    const size_t channels = (size_t)rows->channels;                                                                    \
    double *sum = rows->sums;                                                                                          \
    for (uint32_t x = 0; x < rows->width; x += rows->reduction) {                                                      \
      const uint32_t left = rows->width - x, columns = left < rows->reduction ? left : rows->reduction;                \
      const double count = (double)columns * height;                                                                   \
      for (size_t c = 0; c < channels; c++) target[c] = (Sample)(sum[c] / count + rounding);                           \
      memset(sum, 0, channels * sizeof *sum);                                                                          \
      sum += channels;                                                                                                 \
      target += rows->target_channels;                                                                                 \
      if (left <= rows->reduction) break;                                                                              \
    }                                                                                                                  \
  }                                                                                                                    \
  static void copy_##Sample(const CCodecRows *rows, const Sample *row, Sample *target) {                               \
    const size_t channels = (size_t)rows->channels;                                                                    \
    for (uint32_t x = 0; x < rows->width; x++, target += rows->target_channels, row += channels)                       \
      for (size_t c = 0; c < channels; c++) target[c] = row[c];                                                        \
  }                                                                                                                    \
  static void take_##Sample(CCodecRows *rows, uint32_t y, int32_t first, const Sample *row) {                          \
    const size_t line = (size_t)divided_up(rows->width, rows->reduction) * (size_t)rows->target_channels;              \
    Sample *target = (Sample *)rows->target + line * (y / rows->reduction) + first;                                    \
    if (!rows->sums && rows->channels == rows->target_channels) {                                                      \
      memcpy(target, row, line * sizeof *row);                                                                         \
    } else if (!rows->sums) {                                                                                          \
      copy_##Sample(rows, row, target);                                                                                \
    } else {                                                                                                           \
      add_##Sample(rows, row);                                                                                         \
      const uint32_t summed = y % rows->reduction + 1;                                                                 \
      if (summed == rows->reduction || y + 1 == rows->height) write_##Sample(rows, summed, target);                    \
    }                                                                                                                  \
  }
FOR_SAMPLE(uint8_t, 0.5)
FOR_SAMPLE(uint16_t, 0.5)
FOR_SAMPLE(float, 0)

void ccodec_rows_add(CCodecRows *rows, uint32_t y, int32_t first, const void *row) {
  switch (rows->sample) {
  case ccodec_uint8: return take_uint8_t(rows, y, first, row);
  case ccodec_uint16: return take_uint16_t(rows, y, first, row);
  case ccodec_float32: return take_float(rows, y, first, row);
  }
}

// The product of two 16-bit numbers plus half of the largest needs 33 bits.
#define FOR_DEPTH(Sample, Wide, white)                                                                                 \
  static void over_white_##Sample(Sample *row, uint32_t width, int stored, int is_associated) {                        \
    const int channels = stored - 1;                                                                                   \
    for (uint32_t x = 0; x < width; x++) {                                                                             \
      const Wide alpha = row[(size_t)x * stored + channels];                                                           \
      for (int c = 0; c < channels; c++) {                                                                             \
        const Wide value = row[(size_t)x * stored + c];                                                                \
        const Wide sum = is_associated ? value + (white - alpha)                                                       \
                                       : (value * alpha + white * (white - alpha) + white / 2) / white;                \
        row[(size_t)x * channels + c] = (Sample)(sum < white ? sum : white);                                           \
      }                                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  static void cmyk_to_rgb_##Sample(const Sample *cmyk, Sample *rgb, uint32_t width, int is_inverted) {                 \
    const Wide flip = is_inverted ? 0 : white;                                                                         \
    for (uint32_t x = 0; x < width; x++) {                                                                             \
      const Wide light = cmyk[4 * (size_t)x + 3] ^ flip;                                                               \
      for (int c = 0; c < 3; c++)                                                                                      \
        rgb[3 * (size_t)x + c] = (Sample)(((cmyk[4 * (size_t)x + c] ^ flip) * light + white / 2) / white);             \
    }                                                                                                                  \
  }
FOR_DEPTH(uint8_t, uint32_t, 255u)
FOR_DEPTH(uint16_t, uint64_t, 65535u)

void ccodec_over_white(CCodecSample sample, void *row, uint32_t width, int32_t stored, int32_t is_associated) {
  if (sample == ccodec_uint8) over_white_uint8_t(row, width, stored, is_associated);
  if (sample == ccodec_uint16) over_white_uint16_t(row, width, stored, is_associated);
}

void ccodec_cmyk_to_rgb(CCodecSample sample, const void *cmyk, void *rgb, uint32_t width, int32_t is_inverted) {
  if (sample == ccodec_uint8) cmyk_to_rgb_uint8_t(cmyk, rgb, width, is_inverted);
  if (sample == ccodec_uint16) cmyk_to_rgb_uint16_t(cmyk, rgb, width, is_inverted);
}
