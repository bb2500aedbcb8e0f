#define _POSIX_C_SOURCE 200809L
#include "CJPEG.h"

#include <errno.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

#include <jerror.h>

// libjpeg's own source reads 4 KiB at a time, and its Huffman decoder is slower near the end of each buffer.
enum { buffer_bytes = 1 << 16 };

typedef struct {
  struct jpeg_decompress_struct decoder;
  struct jpeg_source_mgr source;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  int descriptor;
  int has_begun;        // something was read
  uint8_t *buffer;
  uint8_t *row;         // one row of CMYK, if libjpeg delivers CMYK
  const uint8_t *exif;  // NULL where there is none
  size_t exif_length;
  char message[JMSG_LENGTH_MAX];
} CJPEGReader;

// A small file can ask for any number of passes over a large picture.
enum { most_scans = 500 };

static void leave(j_common_ptr common) {
  CJPEGReader *reader = common->client_data;
  common->err->format_message(common, reader->message);
  longjmp(reader->escape, 1);
}

// Negative levels are warnings, after which libjpeg invents pixels. Warnings that mean lost data are errors here. Stray
// bytes and odd version numbers are not, because files of cameras often have them.
static void judge(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
  case JWRN_HIT_MARKER:
  case JWRN_JPEG_EOF:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_BOGUS_PROGRESSION:
    leave(common);
  }
}

static void do_nothing(j_decompress_ptr decoder) { (void)decoder; }

// As in libjpeg's source for stdio: a file that ends early gets an end marker and a warning, which `judge` refuses.
static boolean fill_buffer(j_decompress_ptr decoder) {
  CJPEGReader *reader = decoder->client_data;
  ssize_t count;
  do count = read(reader->descriptor, reader->buffer, buffer_bytes);
  while (count < 0 && errno == EINTR);
  if (count <= 0) {
    if (!reader->has_begun) ERREXIT(decoder, JERR_INPUT_EMPTY);
    WARNMS(decoder, JWRN_JPEG_EOF);
    reader->buffer[0] = 0xFF;
    reader->buffer[1] = JPEG_EOI;
    count = 2;
  }
  reader->has_begun = 1;
  reader->source.next_input_byte = reader->buffer;
  reader->source.bytes_in_buffer = (size_t)count;
  return TRUE;
}

static void skip_input(j_decompress_ptr decoder, long count) {
  struct jpeg_source_mgr *source = decoder->src;
  while (count > 0 && (size_t)count > source->bytes_in_buffer) {
    count -= (long)source->bytes_in_buffer;
    fill_buffer(decoder);
  }
  if (count <= 0) return;
  source->next_input_byte += count;
  source->bytes_in_buffer -= (size_t)count;
}

static void say_nothing(j_common_ptr common) { (void)common; }

static void limit_scans(j_common_ptr common) {
  if (!common->is_decompressor || ((j_decompress_ptr)common)->input_scan_number <= most_scans) return;
  CJPEGReader *reader = common->client_data;
  snprintf(reader->message, sizeof reader->message, "more than %d scans", most_scans);
  longjmp(reader->escape, 1);
}

static void find_exif(CJPEGReader *reader) {
  for (jpeg_saved_marker_ptr marker = reader->decoder.marker_list; marker; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && !memcmp(marker->data, "Exif\0", 6)) {
      reader->exif = marker->data + 6;
      reader->exif_length = marker->data_length - 6;
      return;
    }
}

// Between setjmp and longjmp only *reader and *header change, which are not locals of this function.
static int read_header(CJPEGReader *reader, CCodecHeader *header) {
  if (setjmp(reader->escape)) return -1;
  j_decompress_ptr decoder = &reader->decoder;
  jpeg_create_decompress(decoder);
  decoder->progress = &reader->progress;
  reader->source = (struct jpeg_source_mgr){.init_source = do_nothing, .fill_input_buffer = fill_buffer,
                                            .skip_input_data = skip_input, .resync_to_restart = jpeg_resync_to_restart,
                                            .term_source = do_nothing};
  decoder->src = &reader->source;
  jpeg_save_markers(decoder, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(decoder, TRUE);
  switch (decoder->jpeg_color_space) {
  case JCS_GRAYSCALE:
    decoder->out_color_space = JCS_GRAYSCALE;
    break;
  case JCS_CMYK:
  case JCS_YCCK:
    decoder->out_color_space = JCS_CMYK;
    break;
  default:
    decoder->out_color_space = JCS_RGB;
  }
  header->width = decoder->image_width;
  header->height = decoder->image_height;
  header->channels = decoder->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  header->sample = ccodec_uint8;
  header->orientation = 1;
  // In a file of several passes, libjpeg smooths the edges of blocks by what was read so far.
  header->has_boxes = !jpeg_has_multiple_scans(decoder) && decoder->out_color_space != JCS_CMYK;
  find_exif(reader);
  return 0;
}

// jpeg_destroy_decompress does not fail, and accepts a decoder that was never created.
static void close_reader(void *handle) {
  CJPEGReader *reader = handle;
  if (!reader) return;
  jpeg_destroy_decompress(&reader->decoder);
  close(reader->descriptor);
  free(reader->buffer);
  free(reader->row);
  free(reader);
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  memset(header, 0, sizeof *header);
  CJPEGReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    close(descriptor);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->descriptor = descriptor;
  reader->buffer = malloc(buffer_bytes);
  if (!reader->buffer) {
    close_reader(reader);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->decoder.err = jpeg_std_error(&reader->errors);
  reader->decoder.client_data = reader;
  reader->errors.error_exit = leave;
  reader->errors.emit_message = judge;
  reader->errors.output_message = say_nothing;
  reader->progress.progress_monitor = limit_scans;
  if (read_header(reader, header)) {
    ccodec_fail(reader->message, message, capacity);
    close_reader(reader);
    return -1;
  }
  *result = reader;
  return 0;
}

static void start(j_decompress_ptr decoder, unsigned reduction) {
  decoder->scale_num = 1;
  decoder->scale_denom = reduction;
  jpeg_start_decompress(decoder);
}

static int read_pixels(CJPEGReader *reader, unsigned reduction, uint8_t *pixels, size_t byte_count) {
  if (setjmp(reader->escape)) return -1;
  j_decompress_ptr decoder = &reader->decoder;
  start(decoder, reduction);
  const size_t channels = decoder->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  const size_t row_bytes = decoder->output_width * channels;
  if (row_bytes * decoder->output_height != byte_count) {
    snprintf(reader->message, sizeof reader->message, "decodes to an unexpected size, %u x %u", decoder->output_width,
             decoder->output_height);
    return -1;
  }
  const int is_cmyk = decoder->out_color_space == JCS_CMYK;
  if (is_cmyk) {
    reader->row = malloc((size_t)decoder->output_width * 4);
    if (!reader->row) {
      snprintf(reader->message, sizeof reader->message, "out of memory");
      return -1;
    }
  }
  while (decoder->output_scanline < decoder->output_height) {
    uint8_t *target = pixels + row_bytes * decoder->output_scanline;
    JSAMPROW row = is_cmyk ? reader->row : target;
    jpeg_read_scanlines(decoder, &row, 1);
    // Adobe's programs write nearly all CMYK JPEGs, and store inverted ink. The Adobe marker shows it.
    if (is_cmyk)
      ccodec_cmyk_to_rgb(ccodec_uint8, reader->row, target, decoder->output_width, decoder->saw_Adobe_marker);
  }
  jpeg_finish_decompress(decoder);
  reader->exif = NULL;  // gone with the picture's memory
  return 0;
}

// Colour stored at half resolution is interpolated from neighbours, so that pixels at the edge of a decoded part differ
// from those of the whole picture. A margin of this many more pixels is decoded on each side.
enum { margin = 2 };

static JDIMENSION less(JDIMENSION position, JDIMENSION by) { return position > by ? position - by : 0; }

static int read_box(CJPEGReader *reader, unsigned reduction, CCodecBox *box, uint8_t *pixels, size_t byte_count) {
  if (setjmp(reader->escape)) return -1;
  j_decompress_ptr decoder = &reader->decoder;
  start(decoder, reduction);
  const JDIMENSION right = box->left + box->width, bottom = box->top + box->height;
  const JDIMENSION room = less(decoder->output_width, right);
  JDIMENSION left = less(box->left, margin), width = right + (room < margin ? room : margin) - left;
  jpeg_crop_scanline(decoder, &left, &width);  // widens to whole blocks
  jpeg_skip_scanlines(decoder, less(box->top, margin));
  const size_t row_bytes = (size_t)width * (size_t)decoder->output_components;
  if (row_bytes * box->height > byte_count) {
    snprintf(reader->message, sizeof reader->message, "decodes to an unexpected size");
    return -1;
  }
  while (decoder->output_scanline < bottom) {
    // The first row of the box overwrites the rows of the margin.
    JSAMPROW row = pixels + row_bytes * less(decoder->output_scanline, box->top);
    jpeg_read_scanlines(decoder, &row, 1);
  }
  jpeg_abort_decompress(decoder);
  reader->exif = NULL;  // gone with the picture's memory
  box->left = left;
  box->width = width;
  return 0;
}

static int decode(
  void *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  if (!read_pixels(reader, reduction, samples, byte_count)) return 0;
  return ccodec_fail(((CJPEGReader *)reader)->message, message, capacity);
}

static int decode_box(void *reader, unsigned reduction, CCodecBox *box, void *samples, size_t byte_count,
                      char *message, size_t capacity) {
  if (!read_box(reader, reduction, box, samples, byte_count)) return 0;
  return ccodec_fail(((CJPEGReader *)reader)->message, message, capacity);
}

static const uint8_t *exif(void *handle, size_t *length) {
  const CJPEGReader *reader = handle;
  *length = reader->exif ? reader->exif_length : 0;
  return reader->exif;
}

const CCodec *cjpeg_codec(void) {
  static const CCodec codec = {open_reader, decode, exif, close_reader, 8, decode_box};
  return &codec;
}
