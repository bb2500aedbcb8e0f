// What the files about several processes share: the group, and the collectives that others than Swift call.
#pragma once

#include "Boundary.h"

// Builds of libtorch without c10d lack this header.
#if __has_include(<torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>)
#define SWIFTLET_HAS_PROCESSES 1
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include <chrono>
#include <functional>
#endif

namespace swiftlet {

#ifndef SWIFTLET_HAS_PROCESSES
inline ct_message withoutProcesses() { return message("this libtorch was built without support for several processes"); }
#endif

/// [size, count] from [count] of each process. Throws where another process is gone.
at::Tensor gathered(ct_world world, const at::Tensor &row);

/// Sums over all processes, in place.
void sum(ct_world world, at::Tensor &tensor);

#ifdef SWIFTLET_HAS_PROCESSES

/// The same, without waiting.
c10::intrusive_ptr<c10d::Work> beginSum(ct_world world, at::Tensor &tensor);

/// Waits until `tensor` is the sum. Throws where another process is gone.
void finish(ct_world world, const c10::intrusive_ptr<c10d::Work> &work, const at::Tensor &tensor);

/// Throws a sentence on who is gone, after something that all do together has failed.
[[noreturn]] void explain(ct_world world, const std::string &error);

/// The address of this machine as another one sees it, from the way to `host`; empty where there is none.
std::string ownAddress(const std::string &host, uint16_t port);

/// Collectives of tensors in the memory of the processor. Each waits for the others no longer than `timeout` to join it.
///
/// - `address`: by which this process is reached, as `ownAddress` says; `addressOf` says that of each.
c10::intrusive_ptr<c10d::Backend> processorGroup(
    const c10::intrusive_ptr<c10d::Store> &store, int rank, int size, const std::string &address,
    const std::function<std::string(int)> &addressOf, std::chrono::milliseconds timeout);

/// Collectives of tensors on GPUs. Throws where the program was built without NCCL.
c10::intrusive_ptr<c10d::Backend> deviceGroup(const c10::intrusive_ptr<c10d::Store> &store, int rank, int size);

#endif

}  // namespace swiftlet
