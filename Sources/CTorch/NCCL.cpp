// Collectives of tensors on GPUs, by NCCL: where libtorch has CUDA, and the headers of CUDA and NCCL are there.
#include "Processes.h"

#ifdef SWIFTLET_HAS_PROCESSES

// scripts/bootstrap writes this header beside the flags of such a libtorch.
#if __has_include(<swiftlet-has-nccl.h>)

#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>

bool ct_has_nccl(void) { return true; }

c10::intrusive_ptr<c10d::Backend> swiftlet::deviceGroup(const c10::intrusive_ptr<c10d::Store> &store, int rank, int size) {
  // Its own watchdogs end the program from a thread of theirs. Here a process that waits looks after the others, and says who
  // is gone.
  for (const char *name : {"TORCH_NCCL_ASYNC_ERROR_HANDLING", "TORCH_NCCL_ENABLE_MONITORING"}) setenv(name, "0", /*overwrite=*/0);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = std::chrono::hours(1);
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

#else

bool ct_has_nccl(void) { return false; }

c10::intrusive_ptr<c10d::Backend> swiftlet::deviceGroup(const c10::intrusive_ptr<c10d::Store> &, int, int) {
  TORCH_CHECK(false, "this program was built without NCCL, by which several processes use GPUs");
}

#endif

#else

bool ct_has_nccl(void) { return false; }

#endif
