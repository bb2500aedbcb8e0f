#include "CTIFF.h"

// The bootstrap makes this header visible where pkg-config finds libtiff.
#if !__has_include(<swiftlet-has-tiff.h>)

const CCodec *ctiff_codec(void) { return NULL; }

#else

#include "reader.h"

#include <stdlib.h>
#include <unistd.h>

static void close_reader(void *handle) {
  CTIFFReader *reader = handle;
  if (!reader) return;
  if (reader->tiff) TIFFClose(reader->tiff);
  close(reader->descriptor);
  free(reader);
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CTIFFReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    close(descriptor);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->descriptor = descriptor;
  const char *problem = NULL;
  if (ctiff_open_file(reader))
    problem = reader->message[0] ? reader->message : "libtiff does not read it";
  else
    problem = ctiff_read_header(reader);
  if (problem) {
    ccodec_fail(problem, message, capacity);
    close_reader(reader);
    return -1;
  }
  *header = reader->header;
  *result = reader;
  return 0;
}

// Every message of libtiff during the decode is an error, and takes precedence over our own reason.
static int decode(
  void *handle, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  CTIFFReader *reader = handle;
  CCodecRows rows;
  const char *problem = ccodec_rows_begin(&rows, &reader->header, reduction, samples, byte_count);
  reader->message[0] = 0;
  if (!problem) problem = ctiff_read_pixels(reader, &rows);
  ccodec_rows_end(&rows);
  if (reader->message[0]) problem = reader->message;
  return problem ? ccodec_fail(problem, message, capacity) : 0;
}

const CCodec *ctiff_codec(void) {
  static const CCodec codec = {open_reader, decode, NULL, close_reader, 1u << 30};
  return &codec;
}

#endif
