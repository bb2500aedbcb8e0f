// Arrays of NumPy's .npy format as pictures (NumPy Enhancement Proposal 1: versions 1, 2 and 3 of the format).
//
// [height, width] is grey. An array of three dimensions is [H, W, C] or [C, H, W]: the channels are the smaller of the
// first and the last dimension, or the last if they are equal. uint8 and uint16 stay as they are, bool becomes 0 and
// 255, and all other numbers (signed or larger integers, float16, float32, float64) become float32. C and Fortran order
// and both byte orders are read.
#pragma once
#include <CCodec.h>

const CCodec *cnumpy_codec(void);
