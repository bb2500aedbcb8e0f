// Tensors: lifetime, properties, and memory that somebody else owns.
#include "Boundary.h"

#include <ATen/ops/from_blob.h>

std::atomic<int64_t> swiftlet::liveTensors{0};

void ct_message_free(ct_message message) {
  if (message != swiftlet::outOfMemory) std::free(message);
}

void ct_tensor_release(ct_tensor tensor) {
  if (tensor == nullptr) return;
  swiftlet::liveTensors.fetch_sub(1, std::memory_order_relaxed);
  // The temporary takes over the handle's reference and drops it.
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(swiftlet::impl(tensor));
}

int64_t ct_live_tensor_count(void) { return swiftlet::liveTensors.load(std::memory_order_relaxed); }

ct_message ct_tensor_over_memory(void *data, const int64_t *sizes, const int64_t *strides, size_t rank, int dtype,
                                 void (*release)(void *), void *context, ct_tensor *result) {
  return swiftlet::guarded([&] {
    const auto options = at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype));
    auto deleter = [release, context](void *) { release(context); };
    const c10::IntArrayRef shape(sizes, rank);
    *result = swiftlet::handle(strides ? at::from_blob(data, shape, c10::IntArrayRef(strides, rank), deleter, options)
                                       : at::from_blob(data, shape, deleter, options));
  });
}

size_t ct_tensor_rank(ct_tensor tensor) { return static_cast<size_t>(swiftlet::impl(tensor)->dim()); }

const int64_t *ct_tensor_sizes(ct_tensor tensor) { return swiftlet::impl(tensor)->sizes().data(); }

int ct_tensor_dtype(ct_tensor tensor) {
  return static_cast<int>(c10::typeMetaToScalarType(swiftlet::impl(tensor)->dtype()));
}

int64_t ct_tensor_device(ct_tensor tensor) { return swiftlet::code(swiftlet::impl(tensor)->device()); }

bool ct_tensor_is_contiguous(ct_tensor tensor, int memoryFormat) {
  return swiftlet::impl(tensor)->is_contiguous(static_cast<c10::MemoryFormat>(memoryFormat));
}

void *ct_tensor_data(ct_tensor tensor) { return swiftlet::tensor(tensor).mutable_data_ptr(); }
