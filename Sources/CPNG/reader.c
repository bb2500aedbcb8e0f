#define _POSIX_C_SOURCE 200809L  // fdopen
#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

struct CPNGReader {
  png_structp png;
  png_infop info;
  FILE *file;
  int passes;
  CPNGHeader header;
  uint8_t *rows;   // one stored row, or all of an interlaced picture
  uint64_t *sums;  // of the boxes of one output row
  char message[200];
};

static void leave(png_structp png, png_const_charp reason) {
  CPNGReader *reader = png_get_error_ptr(png);
  snprintf(reader->message, sizeof reader->message, "%s", reason);
  png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static int fail(const char *reason, char *message, size_t capacity) {
  if (capacity) snprintf(message, capacity, "%s", reason);
  return -1;
}

// Between setjmp and longjmp only *reader changes, which is not a local of this function.
static int read_header(CPNGReader *reader) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) return -1;
  png_init_io(png, reader->file);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(png, reader->info);
  png_set_expand(png);
  const uint16_t one = 1;
  if (*(const uint8_t *)&one) png_set_swap(png);
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  reader->header.width = png_get_image_width(png, reader->info);
  reader->header.height = png_get_image_height(png, reader->info);
  reader->header.channels = png_get_channels(png, reader->info) < 3 ? 1 : 3;
  reader->header.bits_per_sample = png_get_bit_depth(png, reader->info);
  return 0;
}

int cpng_open(int descriptor, CPNGReader **result, CPNGHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CPNGReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    close(descriptor);
    return fail("out of memory", message, capacity);
  }
  reader->file = fdopen(descriptor, "rb");
  if (!reader->file) {
    close(descriptor);
    free(reader);
    return fail("cannot be read", message, capacity);
  }
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, leave, say_nothing);
  reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
  if (!reader->info) snprintf(reader->message, sizeof reader->message, "libpng did not start");
  if (!reader->info || read_header(reader)) {
    fail(reader->message, message, capacity);
    cpng_close(reader);
    return -1;
  }
  *header = reader->header;
  *result = reader;
  return 0;
}

// Lays transparent pixels over white, in place: `stored` is 2 (grey, alpha) or 4 (RGB, alpha) samples a pixel.
#define OVER_WHITE(Sample, Wide, white)                                                                                \
  static void over_white_##Sample(Sample *row, uint32_t width, int stored) {                                           \
    const int channels = stored - 1;                                                                                   \
    for (uint32_t x = 0; x < width; x++) {                                                                             \
      const Wide alpha = row[(size_t)x * stored + channels];                                                           \
      for (int c = 0; c < channels; c++) {                                                                             \
        const Wide value = row[(size_t)x * stored + c];                                                                \
        row[(size_t)x * channels + c] = (Sample)((value * alpha + white * (white - alpha) + white / 2) / white);       \
      }                                                                                                                \
    }                                                                                                                  \
  }
OVER_WHITE(uint8_t, uint32_t, 255u)
OVER_WHITE(uint16_t, uint64_t, 65535u)

#define ADD_ROW(Sample)                                                                                                \
  static void add_row_##Sample(const Sample *row, uint64_t *sums, uint32_t width, int channels, unsigned reduction) {  \
    for (uint32_t x = 0; x < width; x++)                                                                               \
      for (int c = 0; c < channels; c++)                                                                               \
        sums[(size_t)(x / reduction) * channels + c] += row[(size_t)x * channels + c];                                 \
  }
ADD_ROW(uint8_t)
ADD_ROW(uint16_t)

static void write_means(const CPNGReader *reader, unsigned reduction, uint32_t height, uint8_t *target) {
  const uint32_t width = (reader->header.width + reduction - 1) / reduction;
  const int channels = reader->header.channels;
  for (uint32_t x = 0; x < width; x++) {
    const uint32_t left = reader->header.width - x * reduction;
    const uint64_t count = (uint64_t)(left < reduction ? left : reduction) * height;
    for (int c = 0; c < channels; c++) {
      const size_t i = (size_t)x * channels + c;
      const uint64_t mean = (reader->sums[i] + count / 2) / count;
      if (reader->header.bits_per_sample == 16)
        ((uint16_t *)target)[i] = (uint16_t)mean;
      else
        target[i] = (uint8_t)mean;
    }
  }
}

static void *allocate(CPNGReader *reader, size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) leave(reader->png, "out of memory");
  return memory;
}

static int read_pixels(CPNGReader *reader, unsigned reduction, uint8_t *samples, size_t byte_count) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) return -1;
  const CPNGHeader header = reader->header;
  const int is_wide = header.bits_per_sample == 16;
  const int stored = png_get_channels(png, reader->info);
  const uint32_t width = (header.width + reduction - 1) / reduction;
  const uint32_t height = (header.height + reduction - 1) / reduction;
  const size_t sum_count = (size_t)width * header.channels;
  const size_t target_bytes = sum_count * (is_wide ? 2 : 1);
  const size_t row_bytes = png_get_rowbytes(png, reader->info);
  const int is_interlaced = reader->passes > 1;
  if (target_bytes * height != byte_count) leave(png, "decodes to an unexpected size");

  reader->rows = allocate(reader, is_interlaced ? header.height : 1, row_bytes);
  reader->sums = allocate(reader, sum_count, sizeof *reader->sums);
  if (is_interlaced)
    for (int pass = 0; pass < reader->passes; pass++)
      for (uint32_t y = 0; y < header.height; y++) png_read_row(png, reader->rows + row_bytes * y, NULL);

  for (uint32_t y = 0; y < header.height; y++) {
    uint8_t *row = is_interlaced ? reader->rows + row_bytes * y : reader->rows;
    if (!is_interlaced) png_read_row(png, row, NULL);
    if (stored != header.channels) {
      if (is_wide)
        over_white_uint16_t((uint16_t *)row, header.width, stored);
      else
        over_white_uint8_t(row, header.width, stored);
    }
    uint8_t *target = samples + target_bytes * (y / reduction);
    if (reduction == 1) {
      memcpy(target, row, target_bytes);
      continue;
    }
    if (is_wide)
      add_row_uint16_t((uint16_t *)row, reader->sums, header.width, header.channels, reduction);
    else
      add_row_uint8_t(row, reader->sums, header.width, header.channels, reduction);
    const uint32_t summed = y % reduction + 1;
    if (summed == reduction || y + 1 == header.height) {
      write_means(reader, reduction, summed, target);
      memset(reader->sums, 0, sum_count * sizeof *reader->sums);
    }
  }
  png_read_end(png, reader->info);
  return 0;
}

int cpng_decode(
  CPNGReader *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  return read_pixels(reader, reduction, samples, byte_count) ? fail(reader->message, message, capacity) : 0;
}

const uint8_t *cpng_exif(CPNGReader *reader, size_t *length) {
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  *length = 0;
  if (!png_get_eXIf_1(reader->png, reader->info, &count, &bytes)) return NULL;
  *length = count;
  return bytes;
}

void cpng_close(CPNGReader *reader) {
  if (!reader) return;
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  fclose(reader->file);
  free(reader->rows);
  free(reader->sums);
  free(reader);
}
