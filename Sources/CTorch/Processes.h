// What the files about several processes share: the group, and the collectives that others than Swift call.
#pragma once

#include "Boundary.h"

// Builds of libtorch without c10d lack this header.
#if __has_include(<torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>)
#define SWIFTLET_HAS_PROCESSES 1
#endif

namespace swiftlet {

/// [size, count] from [count] of each process. Throws where another process is gone.
at::Tensor gathered(ct_world world, const at::Tensor &row);

/// Sums over all processes, in place.
void sum(ct_world world, at::Tensor &tensor);

}  // namespace swiftlet
