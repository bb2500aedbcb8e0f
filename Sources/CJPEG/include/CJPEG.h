// JPEG files as 8-bit samples, over libjpeg-turbo.
//
// Grey and RGB stay as they are; YCbCr, CMYK and YCCK become RGB. Reduction, up to 8, is done in the DCT domain. Data
// that end early or are damaged are an error.
#pragma once
#include <CCodec.h>

const CCodec *cjpeg_codec(void);

// MARK: writer.c

/// Encodes `height` rows of `width` interleaved pixels with 1 (grey) or 3 (RGB) `channels`; `quality` is 1...100.
/// The caller frees the result with cjpeg_free.
int cjpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int32_t channels, int32_t quality,
                 uint8_t **bytes, size_t *byte_count, char *message, size_t capacity);

void cjpeg_free(uint8_t *bytes);
