// Included once by each file that compiles the kernels for a set of instructions; see kernels.h.
#include "logarithm.h"
#include "colour.h"
#include "noise.h"
#include "resample.h"
#include "space.h"

#define KERNELS {resample, colour, blur, project, noise}
