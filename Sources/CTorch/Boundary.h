// Shared by the C++ files: conversion between handles and tensors, and from exceptions to messages.
#pragma once

#include "CTorch.h"

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace swiftlet {

extern std::atomic<int64_t> liveTensors;

inline ct_message message(const char *text) {
  char *copy = strdup(text);
  // Out of memory while reporting. The caller frees the message, so that a static text is no way out.
  if (copy == nullptr) std::abort();
  return copy;
}

/// Runs `body`; any exception becomes its message.
template <typename Body>
ct_message guarded(Body &&body) noexcept {
  try {
    body();
    return nullptr;
  } catch (const c10::Error &error) {
    return message(error.what_without_backtrace());
  } catch (const std::bad_alloc &) {
    return message("out of memory");
  } catch (const std::exception &error) {
    return message(error.what());
  } catch (...) {
    return message("an unknown exception was thrown by libtorch");
  }
}

/// Turns a tensor into a handle, which owns one reference.
inline ct_tensor handle(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  liveTensors.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<ct_tensor>(tensor.unsafeReleaseTensorImpl());
}

/// The tensor behind a handle; the handle keeps its reference.
inline at::Tensor tensor(ct_tensor handle) {
  if (handle == nullptr) return {};
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(
      reinterpret_cast<c10::TensorImpl *>(handle)));
}

inline c10::TensorImpl *impl(ct_tensor handle) { return reinterpret_cast<c10::TensorImpl *>(handle); }

/// Devices cross the boundary as type * 256 + (index + 1), so that "no index" is representable.
inline c10::Device device(int64_t code) {
  return {static_cast<c10::DeviceType>(code / 256), static_cast<c10::DeviceIndex>(code % 256 - 1)};
}

inline int64_t code(c10::Device device) { return static_cast<int64_t>(device.type()) * 256 + device.index() + 1; }

}  // namespace swiftlet
