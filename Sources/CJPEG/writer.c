#define _POSIX_C_SOURCE 200809L
#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

typedef struct {
  struct jpeg_compress_struct encoder;
  struct jpeg_error_mgr errors;
  jmp_buf escape;
  unsigned char *bytes;
  unsigned long byte_count;
  char message[JMSG_LENGTH_MAX];
} Writer;

static void leave(j_common_ptr common) {
  Writer *writer = common->client_data;
  common->err->format_message(common, writer->message);
  longjmp(writer->escape, 1);
}

static void say_nothing(j_common_ptr common) { (void)common; }

// Between setjmp and longjmp only *writer changes, which is not a local of this function.
static int write_pixels(Writer *writer, const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels,
                        int32_t quality) {
  if (setjmp(writer->escape)) return -1;
  j_compress_ptr encoder = &writer->encoder;
  jpeg_create_compress(encoder);
  jpeg_mem_dest(encoder, &writer->bytes, &writer->byte_count);
  encoder->image_width = width;
  encoder->image_height = height;
  encoder->input_components = channels;
  encoder->in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(encoder);
  jpeg_set_quality(encoder, quality, TRUE);
  encoder->optimize_coding = TRUE;
  jpeg_start_compress(encoder, TRUE);
  while (encoder->next_scanline < height) {
    // libjpeg only reads the row; its type predates const.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + (size_t)encoder->next_scanline * width * (size_t)channels);
    jpeg_write_scanlines(encoder, &row, 1);
  }
  jpeg_finish_compress(encoder);
  return 0;
}

int cjpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels, int32_t quality,
                 uint8_t **bytes, size_t *byte_count, char *message, size_t capacity) {
  *bytes = NULL;
  *byte_count = 0;
  Writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    if (capacity) snprintf(message, capacity, "out of memory");
    return -1;
  }
  writer->encoder.err = jpeg_std_error(&writer->errors);
  writer->encoder.client_data = writer;
  writer->errors.error_exit = leave;
  writer->errors.output_message = say_nothing;
  const int status = write_pixels(writer, pixels, width, height, channels, quality);
  jpeg_destroy_compress(&writer->encoder);
  if (status) {
    if (capacity) snprintf(message, capacity, "%s", writer->message);
    free(writer->bytes);
  } else {
    *bytes = writer->bytes;
    *byte_count = writer->byte_count;
  }
  free(writer);
  return status;
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
