// Windows bitmaps (BMP) as 8-bit samples.
//
// Reads headers of OS/2 (BITMAPCOREHEADER) and of Windows 3, 4 and 5; 1, 4 and 8 bits with a palette, plain or
// run-length encoded; 16, 24 and 32 bits, also with masks. A palette of greys gives a grey picture. If a header
// declares transparent pixels, they are laid over white. Source: Microsoft's documentation of BITMAPINFOHEADER,
// BITMAPV5HEADER and of run-length encoding.
#pragma once
#include <CCodec.h>

const CCodec *cbmp_codec(void);
