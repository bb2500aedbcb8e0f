#if __has_include(<swiftlet-has-tiff.h>)

#include "reader.h"

#include <pthread.h>
#include <stdarg.h>
#include <string.h>

static tmsize_t read_bytes(thandle_t handle, void *bytes, tmsize_t count) {
  CTIFFReader *reader = handle;
  const uint64_t size = ccodec_file_size(reader->descriptor);
  if (count <= 0 || reader->offset >= size) return 0;
  const uint64_t left = size - reader->offset;
  if ((uint64_t)count > left) count = (tmsize_t)left;
  if (ccodec_read(reader->descriptor, reader->offset, bytes, (size_t)count)) return -1;
  reader->offset += (uint64_t)count;
  return count;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle, (void)bytes, (void)count;
  return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int from) {
  CTIFFReader *reader = handle;
  const uint64_t base = from == SEEK_CUR ? reader->offset
    : from == SEEK_END                   ? ccodec_file_size(reader->descriptor)
                                         : 0;
  reader->offset = base + offset;
  return reader->offset;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size(thandle_t handle) { return ccodec_file_size(((CTIFFReader *)handle)->descriptor); }

static void take(CTIFFReader *reader, const char *format, va_list arguments) {
  if (reader && !reader->message[0]) vsnprintf(reader->message, sizeof reader->message, format, arguments);
}

// Warnings are ignored, except those of libjpeg, which invents pixels after them.
static void take_warning(CTIFFReader *reader, const char *module, const char *format, va_list arguments) {
  if (module && !strcmp(module, "JPEGLib")) take(reader, format, arguments);
}

#if TIFFLIB_VERSION >= 20221213

// The largest single allocation. A damaged header can ask for any amount.
static const tmsize_t most_memory = (tmsize_t)1 << 30;

static int on_error(TIFF *tiff, void *reader, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  take(reader, format, arguments);
  return 1;
}

static int on_warning(TIFF *tiff, void *reader, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  take_warning(reader, module, format, arguments);
  return 1;
}

int ctiff_open_file(CTIFFReader *reader) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return -1;
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_memory);
  reader->tiff = TIFFClientOpenExt(
    "picture", "rm", reader, read_bytes, write_nothing, seek, close_nothing, size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return reader->tiff ? 0 : -1;
}

#else

// Before libtiff 4.5 the handlers belong to the process; their first argument is the reader that the error concerns.
static void on_error(thandle_t reader, const char *module, const char *format, va_list arguments) {
  (void)module;
  take(reader, format, arguments);
}

static void on_warning(thandle_t reader, const char *module, const char *format, va_list arguments) {
  take_warning(reader, module, format, arguments);
}

static void set_handlers(void) {
  TIFFSetErrorHandler(NULL);
  TIFFSetWarningHandler(NULL);
  TIFFSetErrorHandlerExt(on_error);
  TIFFSetWarningHandlerExt(on_warning);
}

int ctiff_open_file(CTIFFReader *reader) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, set_handlers);
  reader->tiff = TIFFClientOpen(
    "picture", "rm", reader, read_bytes, write_nothing, seek, close_nothing, size, NULL, NULL);
  return reader->tiff ? 0 : -1;
}

#endif
#endif
