#include "CBMP.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  CCodecHeader header;
  int descriptor;
  int is_top_down;
  uint32_t bits;         // per pixel
  uint32_t compression;  // 0 none, 1 and 2 run lengths of 8 and 4 bits, 3 and 6 masks
  uint32_t start;        // of the pixels, in the file
  uint32_t masks[4];     // red, green, blue, alpha
  uint32_t colours;      // of the palette
  uint8_t palette[256][3];
} CBMPReader;

static uint32_t u16(const uint8_t *bytes) { return bytes[0] | (uint32_t)bytes[1] << 8; }
static uint32_t u32(const uint8_t *bytes) { return u16(bytes) | u16(bytes + 2) << 16; }
static size_t line_bytes(const CBMPReader *reader) {
  return ((size_t)reader->header.width * reader->bits + 31) / 32 * 4;
}

static const char *read_palette(CBMPReader *reader, uint32_t at, uint32_t colours, size_t entry) {
  uint8_t bytes[256 * 4];
  const uint32_t most = 1u << reader->bits;
  reader->colours = colours && colours < most ? colours : most;
  // Some files hold fewer colours than they declare: the palette ends where the pixels begin.
  if (reader->start > at && (reader->start - at) / entry < reader->colours)
    reader->colours = (uint32_t)((reader->start - at) / entry);
  if (!reader->colours || ccodec_read(reader->descriptor, at, bytes, reader->colours * entry)) return "is cut off";
  int is_grey = 1;
  for (uint32_t i = 0; i < reader->colours; i++) {
    const uint8_t *colour = bytes + entry * i;
    for (int c = 0; c < 3; c++) reader->palette[i][c] = colour[2 - c];
    is_grey &= colour[0] == colour[1] && colour[1] == colour[2];
  }
  reader->header.channels = is_grey ? 1 : 3;
  return NULL;
}

static const char *read_masks(CBMPReader *reader, const uint8_t *bytes, uint32_t header_size) {
  static const uint32_t usual[2][3] = {{0x7C00, 0x3E0, 0x1F}, {0xFF0000, 0xFF00, 0xFF}};
  const int has_masks = reader->compression == 3 || reader->compression == 6;
  for (int c = 0; c < 3; c++)
    reader->masks[c] = has_masks ? u32(bytes + 54 + 4 * c) : usual[reader->bits == 32][c];
  if (has_masks && (header_size >= 56 || reader->compression == 6)) reader->masks[3] = u32(bytes + 66);
  for (int c = 0; c < 4; c++) {
    const uint32_t mask = reader->masks[c];
    const uint32_t low = mask & -mask;  // its lowest bit
    if ((c < 3 && !mask) || (mask & (mask + low))) return "has colour masks that make no sense";
  }
  return NULL;
}

static const char *read_header(CBMPReader *reader) {
  uint8_t bytes[70] = {0};
  const uint64_t size = ccodec_file_size(reader->descriptor);
  if (ccodec_read(reader->descriptor, 0, bytes, size < sizeof bytes ? (size_t)size : sizeof bytes) || size < 26)
    return "is cut off";
  reader->start = u32(bytes + 10);
  const uint32_t header_size = u32(bytes + 14);
  const int is_core = header_size == 12;
  if (!is_core && (header_size < 40 || header_size > 1024)) return "has a header of an unknown kind";
  if (!is_core && size < 54) return "is cut off";
  const int32_t height = is_core ? (int32_t)u16(bytes + 20) : (int32_t)u32(bytes + 22);
  const uint32_t width = is_core ? u16(bytes + 18) : u32(bytes + 18);
  reader->bits = is_core ? u16(bytes + 24) : u16(bytes + 28);
  reader->compression = is_core ? 0 : u32(bytes + 30);
  if (width < 1 || width > INT32_MAX || height == 0 || height == INT32_MIN) return "has a side without a pixel";
  reader->is_top_down = height < 0;
  reader->header.width = width;
  reader->header.height = (uint32_t)(height < 0 ? -height : height);
  reader->header.channels = 3;
  reader->header.sample = ccodec_uint8;
  reader->header.orientation = 1;

  const int is_wide = reader->bits == 16 || reader->bits == 24 || reader->bits == 32;
  const int has_palette = reader->bits == 1 || reader->bits == 4 || reader->bits == 8;
  const int has_masks = (reader->compression == 3 || reader->compression == 6) && is_wide && reader->bits != 24;
  const int has_runs = (reader->compression == 1 && reader->bits == 8)
    || (reader->compression == 2 && reader->bits == 4);
  if (!is_wide && !has_palette) return "has a number of bits a pixel that is not known";
  if (reader->compression && !has_masks && !has_runs) return "is compressed in a way that is not known";
  if (has_runs && reader->is_top_down) return "is run-length encoded from the top, which is not allowed";
  if (!has_runs && (size < reader->start || (size - reader->start) / line_bytes(reader) < reader->header.height))
    return "is cut off";
  if (has_palette) return read_palette(reader, 14 + header_size, is_core ? 0 : u32(bytes + 46), is_core ? 3 : 4);
  return reader->bits == 24 ? NULL : read_masks(reader, bytes, header_size);
}

static void close_reader(void *handle) {
  CBMPReader *reader = handle;
  if (!reader) return;
  close(reader->descriptor);
  free(reader);
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CBMPReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    close(descriptor);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->descriptor = descriptor;
  const char *problem = read_header(reader);
  if (problem) {
    close_reader(reader);
    return ccodec_fail(problem, message, capacity);
  }
  *header = reader->header;
  *result = reader;
  return 0;
}

// The bits of a mask, scaled to 0...255.
static uint8_t masked(uint32_t pixel, uint32_t mask) {
  const int shift = __builtin_ctz(mask);
  const uint64_t value = (pixel & mask) >> shift, most = mask >> shift;
  return (uint8_t)((value * 255 + most / 2) / most);
}

// Converts one line of uncompressed pixels; `row` has room for four samples per pixel.
static const char *convert(const CBMPReader *reader, const uint8_t *line, uint8_t *row) {
  const uint32_t width = reader->header.width;
  const int channels = reader->header.channels;
  const int has_alpha = reader->masks[3] != 0;
  for (uint32_t x = 0; x < width; x++) {
    if (reader->bits <= 8) {
      const uint32_t bit = x * reader->bits % 8;
      const uint32_t index = line[(size_t)x * reader->bits / 8] >> (8 - reader->bits - bit) & ((1u << reader->bits) - 1);
      if (index >= reader->colours) return "names a colour that its palette lacks";
      for (int c = 0; c < channels; c++) *row++ = reader->palette[index][c];
    } else if (reader->bits == 24) {
      for (int c = 0; c < 3; c++) *row++ = line[3 * (size_t)x + 2 - c];
    } else {
      const uint32_t pixel = reader->bits == 16 ? u16(line + 2 * (size_t)x) : u32(line + 4 * (size_t)x);
      for (int c = 0; c < 3 + has_alpha; c++) *row++ = masked(pixel, reader->masks[c]);
    }
  }
  if (has_alpha) ccodec_over_white(ccodec_uint8, row - 4 * (size_t)width, width, 4, 0);
  return NULL;
}

// Writes one index per byte, from the bottom line up; skipped pixels keep index 0.
static const char *expand_runs(const CBMPReader *reader, const uint8_t *bytes, size_t count, uint8_t *indices) {
  const size_t width = reader->header.width, height = reader->header.height;
  const int is_fine = reader->bits == 8;
  size_t x = 0, y = 0, i = 0;
  while (i + 2 <= count) {
    const uint8_t first = bytes[i], second = bytes[i + 1];
    i += 2;
    size_t length = first;
    if (first == 0 && second == 0) {
      x = 0;
      y++;
      continue;
    }
    if (first == 0 && second == 1) return NULL;
    if (first == 0 && second == 2) {
      if (i + 2 > count) break;
      x += bytes[i];
      y += bytes[i + 1];
      i += 2;
      if (x > width || y >= height) return "has runs that leave the picture";
      continue;
    }
    // A run of one pattern, or plain pixels padded to an even number of bytes.
    const int is_plain = first == 0;
    if (is_plain) length = second;
    const size_t stored = is_fine ? length : (length + 1) / 2;
    if (is_plain && stored > count - i) break;
    if (y >= height || length > width - x) return "has runs that leave the picture";
    for (size_t k = 0; k < length; k++) {
      const uint8_t byte = is_plain ? bytes[i + (is_fine ? k : k / 2)] : second;
      indices[y * width + x++] = is_fine ? byte : k % 2 ? byte & 15 : byte >> 4;
    }
    if (is_plain) i += stored + stored % 2;
  }
  return "is cut off";
}

static const char *decode_runs(const CBMPReader *reader, CCodecRows *rows, uint8_t *row) {
  const size_t width = reader->header.width, height = reader->header.height;
  const uint64_t size = ccodec_file_size(reader->descriptor);
  if (size <= reader->start) return "is cut off";
  const size_t count = (size_t)(size - reader->start);
  uint8_t *bytes = malloc(count), *indices = calloc(width, height);
  const char *problem = !bytes || !indices ? "out of memory" : NULL;
  if (!problem && ccodec_read(reader->descriptor, reader->start, bytes, count)) problem = "is cut off";
  if (!problem) problem = expand_runs(reader, bytes, count, indices);
  CBMPReader whole = *reader;
  whole.bits = 8;
  for (uint32_t y = 0; !problem && y < height; y++) {
    problem = convert(&whole, indices + width * (height - 1 - y), row);
    if (!problem) ccodec_rows_add(rows, y, 0, row);
  }
  free(bytes);
  free(indices);
  return problem;
}

static const char *decode_lines(const CBMPReader *reader, CCodecRows *rows, uint8_t *row) {
  const size_t bytes = line_bytes(reader);
  const uint32_t height = reader->header.height;
  uint8_t *line = malloc(bytes);
  const char *problem = line ? NULL : "out of memory";
  for (uint32_t y = 0; !problem && y < height; y++) {
    const uint64_t stored = reader->is_top_down ? y : height - 1 - y;
    if (ccodec_read(reader->descriptor, reader->start + bytes * stored, line, bytes)) problem = "is cut off";
    if (!problem) problem = convert(reader, line, row);
    if (!problem) ccodec_rows_add(rows, y, 0, row);
  }
  free(line);
  return problem;
}

static int decode(
  void *handle, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  const CBMPReader *reader = handle;
  CCodecRows rows;
  const char *problem = ccodec_rows_begin(&rows, &reader->header, reduction, samples, byte_count);
  uint8_t *row = malloc(4 * (size_t)reader->header.width);
  if (!problem && !row) problem = "out of memory";
  const int has_runs = reader->compression == 1 || reader->compression == 2;
  if (!problem) problem = has_runs ? decode_runs(reader, &rows, row) : decode_lines(reader, &rows, row);
  ccodec_rows_end(&rows);
  free(row);
  return problem ? ccodec_fail(problem, message, capacity) : 0;
}

const CCodec *cbmp_codec(void) {
  static const CCodec codec = {open_reader, decode, NULL, close_reader, 1u << 30};
  return &codec;
}
