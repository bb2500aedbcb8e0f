// WebP files as 8-bit RGB, over libwebp, in builds that found this library.
//
// Reads lossy and lossless files and lays transparent pixels over white. Of an animation it reads the first picture, if
// it fills the canvas.
#pragma once
#include <CCodec.h>

/// NULL where this build has no libwebp.
const CCodec *cwebp_codec(void);
