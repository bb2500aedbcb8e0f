// TIFF files as they are, over libtiff, in builds that found this library.
//
// Reads strips and tiles, interleaved and planar, BigTIFF, and every compression that libtiff was built with; only the
// first page. Grey and RGB may have further channels; palettes, CMYK and JPEG's YCbCr become RGB. If the file declares
// an alpha channel, transparent pixels are laid over white. Samples of fewer than 8 bits are scaled to 0...255, those
// of 9 to 16 bits keep their values as uint16; signed, larger and floating-point numbers become float32.
#pragma once
#include <CCodec.h>

/// NULL where this build has no libtiff.
const CCodec *ctiff_codec(void);
