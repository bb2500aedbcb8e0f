// JPEG files as 8-bit samples, over libjpeg-turbo.
//
// Grey and RGB stay; YCbCr, CMYK and YCCK become RGB. Reduction, up to 8, is done in the DCT domain. A picture whose
// data end early or are damaged is an error.
#pragma once
#include <CCodec.h>

const CCodec *cjpeg_codec(void);
