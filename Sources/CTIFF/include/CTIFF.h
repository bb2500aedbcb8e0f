// TIFF files as they are, over libtiff; a codec of a build that has found it.
//
// Strips and tiles, interleaved and planar, BigTIFF, every compression that libtiff was built with; the first page.
// Grey and RGB, with further channels or without; palettes and CMYK become RGB, JPEG's YCbCr too; transparent pixels
// are laid over white where the file calls a channel alpha. Fewer than 8 bits are spread over 0...255, 9 to 16 bits stay
// as they are in 16, signed, larger and floating-point numbers become float32.
#pragma once
#include <CCodec.h>

/// NULL where this build has no libtiff.
const CCodec *ctiff_codec(void);
