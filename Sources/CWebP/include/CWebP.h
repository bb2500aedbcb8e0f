// WebP files as 8-bit RGB, over libwebp; a codec of a build that has found it.
//
// Lossy and lossless, transparent pixels laid over white. Of an animation the first picture, if it fills the canvas.
#pragma once
#include <CCodec.h>

/// NULL where this build has no libwebp.
const CCodec *cwebp_codec(void);
