// Windows bitmaps (BMP) as 8-bit samples.
//
// Headers of OS/2 (BITMAPCOREHEADER) and of Windows 3, 4 and 5; 1, 4 and 8 bits with a palette, whole or run-length
// encoded; 16, 24 and 32 bits, with masks. A palette of greys gives grey. Transparent pixels, where a header declares
// them, are laid over white. Source: Microsoft's documentation of BITMAPINFOHEADER, BITMAPV5HEADER and of run-length
// encoding.
#pragma once
#include <CCodec.h>

const CCodec *cbmp_codec(void);
