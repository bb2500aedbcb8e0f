// Arrays of NumPy's .npy format as pictures (NumPy Enhancement Proposal 1: versions 1, 2 and 3 of the format).
//
// [height, width] is grey. Of three dimensions the smaller of the first and the last are the channels, the last where
// they are equal: [H, W, C] or [C, H, W]. uint8 and uint16 stay, bool becomes 0 and 255, all other numbers (signed or
// larger whole ones, float16, float32, float64) become float32. C and Fortran order, both byte orders.
#pragma once
#include <CCodec.h>

const CCodec *cnumpy_codec(void);
