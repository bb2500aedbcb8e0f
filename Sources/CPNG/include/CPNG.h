// PNG files as 8-bit or 16-bit samples, over libpng.
//
// Every colour type and depth: palettes become RGB, transparent pixels are laid over white (in the file's own
// encoding), fewer than 8 bits are spread over 0...255. A wrong checksum anywhere and missing data are errors.
#pragma once
#include <CCodec.h>

const CCodec *cpng_codec(void);
