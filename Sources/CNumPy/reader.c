#include "CNumPy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  CCodecHeader header;
  int descriptor;
  uint64_t start;                               // offset of the numbers in the file
  size_t row_stride, column_stride, channel_stride;  // in numbers
  char kind;                                    // NumPy's letter: b (bool), u, i or f
  size_t bytes;                                 // per number
  int is_swapped;
} CNumPyReader;

enum { most_header = 1 << 16, most_side = 0x7FFFFFFF };

// The value that follows `'key':` in the header, a Python dictionary.
static const char *value_of(const char *dictionary, const char *key) {
  const char *found = strstr(dictionary, key);
  if (!found) return NULL;
  found += strlen(key);
  found += strspn(found, " ");
  if (*found != ':') return NULL;
  return found + 1 + strspn(found + 1, " ");
}

static const char *read_type(CNumPyReader *reader, const char *text) {
  static const char *const expected = "holds no numbers of a plain type";
  if (!text || (*text != '\'' && *text != '"') || !strchr("<>=|", text[1]) || !text[1]) return expected;
  const uint16_t one = 1;
  const int is_little = *(const uint8_t *)&one;
  reader->is_swapped = text[1] == (is_little ? '>' : '<');
  reader->kind = text[2];
  reader->bytes = text[3] >= '1' && text[3] <= '8' ? (size_t)(text[3] - '0') : 0;
  if (!reader->bytes || text[4] != *text) return expected;
  switch (reader->kind) {
  case 'b': return reader->bytes == 1 ? NULL : expected;
  case 'u': return ccodec_is_number(ccodec_unsigned, reader->bytes) ? NULL : expected;
  case 'i': return ccodec_is_number(ccodec_signed, reader->bytes) ? NULL : expected;
  case 'f': return ccodec_is_number(ccodec_floating, reader->bytes) ? NULL : expected;
  default: return expected;
  }
}

static const char *read_shape(const char *text, size_t *shape, int *rank) {
  if (!text || *text++ != '(') return "has no shape";
  for (*rank = 0; *rank < 3; ++*rank) {
    text += strspn(text, " ");
    if (*text == ')') return NULL;
    char *end = NULL;
    const unsigned long long side = strtoull(text, &end, 10);
    if (end == text || *text < '0' || *text > '9') return "has no shape";
    if (side < 1 || side > most_side) return "has a side of no number, or of too many";
    shape[*rank] = (size_t)side;
    text = end + strspn(end, " L");
    if (*text == ',') text++;
  }
  return text[strspn(text, " ")] == ')' ? NULL : "has more than three dimensions";
}

// Sets the sizes and strides by the rule in CNumPy.h.
static const char *lay_out(CNumPyReader *reader, const size_t *shape, int rank, int is_fortran) {
  if (rank < 2) return "has fewer than two dimensions";
  size_t strides[3] = {0};
  size_t count = 1;
  for (int i = 0; i < rank; i++) {
    const int axis = is_fortran ? i : rank - 1 - i;
    strides[axis] = count;
    if (__builtin_mul_overflow(count, shape[axis], &count) || count > SIZE_MAX / 8) return "is too large";
  }
  int down = 0, across = 1, channel = 2;
  if (rank == 3 && shape[0] < shape[2]) channel = 0, down = 1, across = 2;
  const size_t channels = rank == 3 ? shape[channel] : 1;
  if (channels > ccodec_channels) return "has three dimensions, of which neither the first nor the last is at most 16";
  reader->header.height = (uint32_t)shape[down];
  reader->header.width = (uint32_t)shape[across];
  reader->header.channels = (int32_t)channels;
  reader->row_stride = strides[down];
  reader->column_stride = strides[across];
  reader->channel_stride = rank == 3 ? strides[channel] : 0;
  const uint64_t size = ccodec_file_size(reader->descriptor);
  return size >= reader->start && (size - reader->start) / reader->bytes >= count ? NULL : "is cut off";
}

static const char *read_header(CNumPyReader *reader, char *dictionary) {
  uint8_t start[12];
  if (ccodec_read(reader->descriptor, 0, start, sizeof start)) return "is cut off";
  const int is_long = start[6] > 1;
  if (start[6] < 1 || start[6] > 3) return "is of a version that is not known";
  const size_t length = start[8] | (size_t)start[9] << 8
    | (is_long ? (size_t)start[10] << 16 | (size_t)start[11] << 24 : 0);
  if (length > most_header) return "has a header of more than 65536 bytes";
  if (ccodec_read(reader->descriptor, is_long ? 12 : 10, dictionary, length)) return "is cut off";
  dictionary[length] = 0;
  reader->start = (is_long ? 12 : 10) + length;

  const char *problem = read_type(reader, value_of(dictionary, "'descr'"));
  if (problem) return problem;
  const char *order = value_of(dictionary, "'fortran_order'");
  if (!order || (strncmp(order, "True", 4) && strncmp(order, "False", 5))) return "does not say its order";
  size_t shape[3];
  int rank = 0;
  problem = read_shape(value_of(dictionary, "'shape'"), shape, &rank);
  if (problem) return problem;
  reader->header.orientation = 1;
  reader->header.sample = reader->kind == 'b' || (reader->kind == 'u' && reader->bytes == 1) ? ccodec_uint8
    : reader->kind == 'u' && reader->bytes == 2                                              ? ccodec_uint16
                                                                                             : ccodec_float32;
  return lay_out(reader, shape, rank, *order == 'T');
}

static void close_reader(void *handle) {
  CNumPyReader *reader = handle;
  if (!reader) return;
  close(reader->descriptor);
  free(reader);
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CNumPyReader *reader = calloc(1, sizeof *reader);
  char *dictionary = malloc(most_header + 1);
  const char *problem = "out of memory";
  if (!reader) {
    close(descriptor);
  } else {
    reader->descriptor = descriptor;
    if (dictionary) problem = read_header(reader, dictionary);
  }
  free(dictionary);
  if (problem) {
    close_reader(reader);
    return ccodec_fail(problem, message, capacity);
  }
  *header = reader->header;
  *result = reader;
  return 0;
}

static void swap_bytes(uint8_t *number, size_t bytes) {
  for (size_t i = 0; i < bytes / 2; i++) {
    const uint8_t byte = number[i];
    number[i] = number[bytes - 1 - i];
    number[bytes - 1 - i] = byte;
  }
}

static void convert(const CNumPyReader *reader, uint8_t *numbers, void *row, size_t count) {
  if (reader->is_swapped && reader->bytes > 1)
    for (size_t i = 0; i < count; i++) swap_bytes(numbers + reader->bytes * i, reader->bytes);
  if (reader->kind == 'b') {
    for (size_t i = 0; i < count; i++) ((uint8_t *)row)[i] = numbers[i] ? 255 : 0;
  } else if (reader->header.sample == ccodec_float32) {
    const CCodecNumber kind = reader->kind == 'f' ? ccodec_floating
      : reader->kind == 'i'                       ? ccodec_signed
                                                  : ccodec_unsigned;
    ccodec_to_floats(kind, reader->bytes, numbers, row, count);
  } else {
    memcpy(row, numbers, reader->bytes * count);
  }
}

// Reads the whole array first, because the rows of a Fortran array are spread over it. The file is known to be as
// large.
static int decode(
  void *handle, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  const CNumPyReader *reader = handle;
  const CCodecHeader header = reader->header;
  const size_t channels = (size_t)header.channels, row_count = header.width * channels, bytes = reader->bytes;
  CCodecRows rows;
  const char *problem = ccodec_rows_begin(&rows, &header, reduction, samples, byte_count);
  uint8_t *all = malloc(row_count * header.height * bytes), *line = malloc(row_count * bytes);
  void *row = malloc(row_count * ccodec_sample_bytes(header.sample));
  if (!problem && (!all || !line || !row)) problem = "out of memory";
  if (!problem && ccodec_read(reader->descriptor, reader->start, all, row_count * header.height * bytes))
    problem = "is cut off";
  for (uint32_t y = 0; !problem && y < header.height; y++) {
    for (size_t x = 0; x < header.width; x++)
      for (size_t c = 0; c < channels; c++) {
        const size_t at = reader->row_stride * y + reader->column_stride * x + reader->channel_stride * c;
        memcpy(line + bytes * (channels * x + c), all + bytes * at, bytes);
      }
    convert(reader, line, row, row_count);
    ccodec_rows_add(&rows, y, 0, row);
  }
  ccodec_rows_end(&rows);
  free(all);
  free(line);
  free(row);
  return problem ? ccodec_fail(problem, message, capacity) : 0;
}

const CCodec *cnumpy_codec(void) {
  static const CCodec codec = {open_reader, decode, NULL, close_reader, 1u << 30};
  return &codec;
}
