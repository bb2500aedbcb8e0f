#define _POSIX_C_SOURCE 200809L  // fdopen
#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

typedef struct {
  png_structp png;
  png_infop info;
  FILE *file;
  int passes;
  CCodecHeader header;
  uint8_t *rows;  // one stored row, or all rows of an interlaced picture
  CCodecRows target;
  char message[200];
} CPNGReader;

static void leave(png_structp png, png_const_charp reason) {
  CPNGReader *reader = png_get_error_ptr(png);
  snprintf(reader->message, sizeof reader->message, "%s", reason);
  png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
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
  reader->header.sample = png_get_bit_depth(png, reader->info) == 16 ? ccodec_uint16 : ccodec_uint8;
  reader->header.orientation = 1;
  return 0;
}

static void close_reader(void *handle) {
  CPNGReader *reader = handle;
  if (!reader) return;
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  fclose(reader->file);
  free(reader->rows);
  ccodec_rows_end(&reader->target);
  free(reader);
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CPNGReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    close(descriptor);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->file = fdopen(descriptor, "rb");
  if (!reader->file) {
    close(descriptor);
    free(reader);
    return ccodec_fail("cannot be read", message, capacity);
  }
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, leave, say_nothing);
  reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
  if (!reader->info) snprintf(reader->message, sizeof reader->message, "libpng did not start");
  if (!reader->info || read_header(reader)) {
    ccodec_fail(reader->message, message, capacity);
    close_reader(reader);
    return -1;
  }
  *header = reader->header;
  *result = reader;
  return 0;
}

static int read_pixels(CPNGReader *reader, unsigned reduction, uint8_t *samples, size_t byte_count) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) return -1;
  const CCodecHeader header = reader->header;
  const int stored = png_get_channels(png, reader->info);
  const size_t row_bytes = png_get_rowbytes(png, reader->info);
  const int is_interlaced = reader->passes > 1;

  const char *problem = ccodec_rows_begin(&reader->target, &header, reduction, samples, byte_count);
  if (problem) leave(png, problem);
  reader->rows = calloc(is_interlaced ? header.height : 1, row_bytes);
  if (!reader->rows) leave(png, "out of memory");
  if (is_interlaced)
    for (int pass = 0; pass < reader->passes; pass++)
      for (uint32_t y = 0; y < header.height; y++) png_read_row(png, reader->rows + row_bytes * y, NULL);

  for (uint32_t y = 0; y < header.height; y++) {
    uint8_t *row = is_interlaced ? reader->rows + row_bytes * y : reader->rows;
    if (!is_interlaced) png_read_row(png, row, NULL);
    if (stored != header.channels) ccodec_over_white(header.sample, row, header.width, stored, 0);
    ccodec_rows_add(&reader->target, y, 0, row);
  }
  png_read_end(png, reader->info);
  return 0;
}

static int decode(
  void *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  if (!read_pixels(reader, reduction, samples, byte_count)) return 0;
  return ccodec_fail(((CPNGReader *)reader)->message, message, capacity);
}

static const uint8_t *exif(void *handle, size_t *length) {
  CPNGReader *reader = handle;
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  *length = 0;
  if (!png_get_eXIf_1(reader->png, reader->info, &count, &bytes)) return NULL;
  *length = count;
  return bytes;
}

const CCodec *cpng_codec(void) {
  static const CCodec codec = {open_reader, decode, exif, close_reader, 1u << 30};
  return &codec;
}
