// Included once by each of the files that compile all the kernels; see kernels.h.
#include "logarithm.h"
#include "colour.h"
#include "noise.h"
#include "resample.h"
#include "space.h"

#define KERNELS {resample, colour, blur, project, noise}
