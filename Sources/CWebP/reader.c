#include "CWebP.h"

// The bootstrap makes this header visible where pkg-config finds libwebp.
#if !__has_include(<swiftlet-has-webp.h>)

const CCodec *cwebp_codec(void) { return NULL; }

#else

#include <stdlib.h>
#include <unistd.h>

#include <webp/decode.h>
#include <webp/demux.h>

typedef struct {
  CCodecHeader header;
  int descriptor;
  uint8_t *bytes;  // of the whole file, once it is decoded
  WebPDemuxer *demuxer;
  WebPChunkIterator exif;
} CWebPReader;

// Enough for libwebp to find the width, the height and whether there is transparency.
enum { start_bytes = 4096 };

static const char *reason(VP8StatusCode status) {
  switch (status) {
  case VP8_STATUS_OK: return NULL;
  case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
  case VP8_STATUS_UNSUPPORTED_FEATURE: return "uses what libwebp does not know";
  case VP8_STATUS_NOT_ENOUGH_DATA:
  case VP8_STATUS_SUSPENDED: return "is cut off";
  default: return "its data make no sense";
  }
}

static void close_reader(void *handle) {
  CWebPReader *reader = handle;
  if (!reader) return;
  WebPDemuxReleaseChunkIterator(&reader->exif);
  WebPDemuxDelete(reader->demuxer);
  close(reader->descriptor);
  free(reader->bytes);
  free(reader);
}

static const char *read_header(CWebPReader *reader) {
  uint8_t bytes[start_bytes];
  const uint64_t size = ccodec_file_size(reader->descriptor);
  const size_t count = size < start_bytes ? (size_t)size : start_bytes;
  if (ccodec_read(reader->descriptor, 0, bytes, count)) return "cannot be read";
  WebPBitstreamFeatures features;
  const char *problem = reason(WebPGetFeatures(bytes, count, &features));
  if (problem) return problem;
  if (features.width < 1 || features.height < 1) return "has no pixels";
  reader->header = (CCodecHeader){.width = (uint32_t)features.width, .height = (uint32_t)features.height,
                                  .channels = 3, .sample = ccodec_uint8, .orientation = 1,
                                  .has_more_pages = features.has_animation};
  return NULL;
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CWebPReader *reader = calloc(1, sizeof *reader);
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

// The frame has the width and height of the header. Without reduction and transparency, libwebp writes into the target.
static const char *decode_frame(
  const CWebPReader *reader, const WebPIterator *frame, CCodecRows *rows, uint8_t *samples, size_t byte_count) {
  const int channels = frame->has_alpha ? 4 : 3;
  const size_t stride = (size_t)channels * reader->header.width, bytes = stride * reader->header.height;
  const int is_direct = channels == 3 && rows->reduction == 1;
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return "libwebp is of another version than its header";
  uint8_t *pixels = is_direct ? samples : malloc(bytes);
  if (!pixels) return "out of memory";
  config.output.colorspace = frame->has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = (WebPRGBABuffer){pixels, (int)stride, is_direct ? byte_count : bytes};
  const char *problem = reason(WebPDecode(frame->fragment.bytes, frame->fragment.size, &config));
  WebPFreeDecBuffer(&config.output);
  for (uint32_t y = 0; !problem && !is_direct && y < reader->header.height; y++) {
    uint8_t *row = pixels + stride * y;
    if (frame->has_alpha) ccodec_over_white(ccodec_uint8, row, reader->header.width, 4, 0);
    ccodec_rows_add(rows, y, 0, row);
  }
  if (!is_direct) free(pixels);
  return problem;
}

static const char *read_pixels(CWebPReader *reader, CCodecRows *rows, uint8_t *samples, size_t byte_count) {
  const uint64_t size = ccodec_file_size(reader->descriptor);
  if (size > UINT32_MAX) return "is larger than a WebP file can be";
  reader->bytes = malloc((size_t)size);
  if (!reader->bytes) return "out of memory";
  if (ccodec_read(reader->descriptor, 0, reader->bytes, (size_t)size)) return "cannot be read";
  const WebPData data = {reader->bytes, (size_t)size};
  reader->demuxer = WebPDemux(&data);
  WebPIterator frame;
  if (!reader->demuxer || !WebPDemuxGetFrame(reader->demuxer, 1, &frame)) return "is cut off, or its data make no sense";
  WebPDemuxGetChunk(reader->demuxer, "EXIF", 1, &reader->exif);
  const int fills = frame.width == (int)reader->header.width && frame.height == (int)reader->header.height;
  const char *problem = fills ? decode_frame(reader, &frame, rows, samples, byte_count)
                              : "is an animation whose first picture does not fill it";
  WebPDemuxReleaseIterator(&frame);
  return problem;
}

static int decode(
  void *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity) {
  CCodecRows rows;
  const CCodecHeader *header = &((CWebPReader *)reader)->header;
  const char *problem = ccodec_rows_begin(&rows, header, reduction, samples, byte_count);
  if (!problem) problem = read_pixels(reader, &rows, samples, byte_count);
  ccodec_rows_end(&rows);
  return problem ? ccodec_fail(problem, message, capacity) : 0;
}

// Some writers keep the prefix that Exif data have in JPEG files.
static const uint8_t *exif(void *handle, size_t *length) {
  const WebPData chunk = ((CWebPReader *)handle)->exif.chunk;
  const size_t prefix = chunk.size > 6 && chunk.bytes[0] == 'E' ? 6 : 0;
  *length = chunk.bytes ? chunk.size - prefix : 0;
  return chunk.bytes ? chunk.bytes + prefix : NULL;
}

const CCodec *cwebp_codec(void) {
  static const CCodec codec = {open_reader, decode, exif, close_reader, 1u << 30};
  return &codec;
}

#endif
