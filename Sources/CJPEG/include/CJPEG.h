// JPEG files as 8-bit samples, over libjpeg-turbo.
//
// No call lets libjpeg's longjmp leave it, prints anything, or ends the program: each returns 0, or -1 with a sentence
// in `message`. A reader belongs to one thread at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct CJPEGReader CJPEGReader;

typedef struct {
  uint32_t width, height;  // as stored, before any EXIF orientation
  int32_t channels;        // of the decoded samples: 1 (grey) or 3 (RGB)
  const uint8_t *exif;     // the TIFF block of the Exif segment, NULL where there is none; valid until the decode
  size_t exif_length;
} CJPEGHeader;

/// Reads the header only. Takes the file descriptor over in every case, also on failure.
int cjpeg_open(int descriptor, CJPEGReader **reader, CJPEGHeader *header, char *message, size_t capacity);

/// Decodes to ceil(height / reduction) rows of ceil(width / reduction) interleaved pixels; `reduction` is 1, 2, 4 or 8,
/// done in the DCT domain. CMYK and YCCK become RGB. A picture whose data end early or are damaged is an error.
/// A reader decodes once.
int cjpeg_decode(
  CJPEGReader *reader, unsigned reduction, uint8_t *pixels, size_t byte_count, char *message, size_t capacity);

void cjpeg_close(CJPEGReader *reader);

// MARK: writer.c

/// Encodes `height` rows of `width` interleaved pixels with 1 (grey) or 3 (RGB) `channels`; `quality` is 1...100.
/// The result belongs to the caller, who gives it to cjpeg_free.
int cjpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels, int32_t quality,
                 uint8_t **bytes, size_t *byte_count, char *message, size_t capacity);

void cjpeg_free(uint8_t *bytes);
