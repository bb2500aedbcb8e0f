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

/// What is said where there is no memory for any other message: `ct_message_free` leaves it alone.
inline char outOfMemory[] = "out of memory; smaller batches or a smaller network need less";

inline ct_message message(const char *text) noexcept {
  char *copy = strdup(text);
  return copy == nullptr ? outOfMemory : copy;
}

/// What libtorch says where the processor's memory, or a device's, is used up: several lines with the place in its sources.
/// Those who read it need to know how much was asked for.
inline ct_message messageOf(const c10::Error &error) noexcept {
  try {
    const std::string text = error.what_without_backtrace();
    const auto place = text.find("you tried to allocate ");
    if (text.find("DefaultCPUAllocator: ") != std::string::npos && place != std::string::npos) {
      const auto end = text.find(" bytes", place);
      const auto start = place + std::strlen("you tried to allocate ");
      if (end != std::string::npos) return message(("out of memory, no room for " + text.substr(start, end - start) +
                        " bytes; smaller batches or a smaller network need less")
                           .c_str());
    }
    return message(text.c_str());
  } catch (...) {
    return outOfMemory;
  }
}

/// What oneDNN says where it has no room for the code of a kernel names neither memory nor a remedy.
inline ct_message messageOf(const std::exception &error) noexcept {
  try {
    const std::string text = error.what();
    const bool isOfPrimitive =
        text.find("could not ") != std::string::npos && text.find(" a primitive") != std::string::npos;
    if (!isOfPrimitive) return message(text.c_str());
    return message((text + ", as where memory is used up (limits: 'ulimit -a'); smaller batches or a smaller network need "
                           "less")
                       .c_str());
  } catch (...) {
    return outOfMemory;
  }
}

/// Runs `body`; any exception becomes its message.
template <typename Body>
ct_message guarded(Body &&body) noexcept {
  try {
    body();
    return nullptr;
  } catch (const c10::Error &error) {
    return messageOf(error);
  } catch (const std::bad_alloc &) {
    return outOfMemory;
  } catch (const std::exception &error) {
    return messageOf(error);
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
