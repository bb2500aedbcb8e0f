// PNG files as 8-bit or 16-bit samples, over libpng.
//
// Reads every colour type and depth: palettes become RGB, transparent pixels are laid over white (in the file's own
// encoding), and samples of fewer than 8 bits are scaled to 0...255. Wrong checksums and missing data are errors.
#pragma once
#include <CCodec.h>

const CCodec *cpng_codec(void);
