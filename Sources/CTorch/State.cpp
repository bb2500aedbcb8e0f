// State of the calling thread (autocast) and of the process (generators, threads, devices).
#include "Boundary.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/cpu/Utils.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/headeronly/version.h>

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

ct_message ct_autocast_enter(int64_t device, int dtype) {
  return swiftlet::guarded([&] {
    const auto type = swiftlet::device(device).type();
    at::autocast::set_autocast_dtype(type, static_cast<c10::ScalarType>(dtype));
    at::autocast::set_autocast_enabled(type, true);
    at::autocast::increment_nesting();
  });
}

ct_message ct_autocast_exit(int64_t device) {
  return swiftlet::guarded([&] {
    if (at::autocast::decrement_nesting() > 0) return;
    at::autocast::set_autocast_enabled(swiftlet::device(device).type(), false);
    at::autocast::clear_cache();
  });
}

ct_message ct_seed(uint64_t seed) {
  return swiftlet::guarded([&] { at::manual_seed(seed); });
}

static at::Generator processorGenerator() { return at::globalContext().defaultGenerator(at::kCPU); }

ct_message ct_seed_processor(uint64_t seed) {
  return swiftlet::guarded([&] {
    auto generator = processorGenerator();
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
  });
}

/// That of the processor, and that of a GPU that the program uses.
static std::vector<at::Generator> generators() {
  std::vector<at::Generator> result{processorGenerator()};
  if (at::globalContext().hasCUDA()) {
    const auto device = at::detail::getCUDAHooks().getCurrentDevice();
    if (at::detail::getCUDAHooks().hasPrimaryContext(device)) {
      result.push_back(at::globalContext().defaultGenerator(at::Device(at::kCUDA, device)));
    }
  }
  return result;
}

ct_message ct_generator_state(ct_tensor *result) {
  return swiftlet::guarded([&] {
    std::vector<at::Tensor> states;
    for (auto &generator : generators()) {
      std::lock_guard<std::mutex> lock(generator.mutex());
      states.push_back(generator.get_state());
    }
    *result = swiftlet::handle(at::cat(states));
  });
}

ct_message ct_set_generator_state(ct_tensor state) {
  return swiftlet::guarded([&] {
    const at::Tensor all = swiftlet::tensor(state);
    int64_t start = 0;
    for (auto &generator : generators()) {
      std::lock_guard<std::mutex> lock(generator.mutex());
      const int64_t count = generator.get_state().numel();
      // A GPU that was not used when the state was taken has none in it.
      if (start + count > all.numel()) return;
      generator.set_state(all.narrow(0, start, count).clone());
      start += count;
    }
  });
}

bool ct_deterministic(void) { return at::globalContext().deterministicAlgorithms(); }

ct_message ct_set_deterministic(bool value) {
  return swiftlet::guarded([&] {
    // cuBLAS gives repeatable sums only with workspaces of a fixed size; without them libtorch refuses to multiply
    // matrices. A value that the user has set is kept.
    if (value) setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    at::globalContext().setDeterministicAlgorithms(value, /*warn_only=*/false);
    at::globalContext().setDeterministicCuDNN(value);
  });
}

int ct_thread_count(void) { return at::get_num_threads(); }

ct_message ct_set_thread_count(int count) {
  return swiftlet::guarded([&] { at::set_num_threads(count); });
}

const char *ct_version(void) { return TORCH_VERSION; }

bool ct_cpu_has_bfloat16(void) {
  for (const char *name : {"avx512_bf16", "amx_bf16", "arm_bf16", "bf16"}) {
    if (ct_cpu_has(name)) return true;
  }
  return false;
}

bool ct_cpu_has(const char *feature) {
  bool result = false;
  const ct_message failure = swiftlet::guarded([&] {
    static const auto capabilities = at::cpu::get_cpu_capabilities();
    const auto found = capabilities.find(feature);
    result = found != capabilities.end() && found->second.isBool() && found->second.toBool();
  });
  // If the query fails, the feature counts as absent.
  ct_message_free(failure);
  return result;
}

ct_message ct_library_path(void) {
  Dl_info info;
  // Any function of libtorch would do.
  if (dladdr(reinterpret_cast<const void *>(&at::get_num_threads), &info) == 0) return nullptr;
  return strdup(info.dli_fname);
}

bool ct_is_built_with_cuda(void) {
  bool result = false;
  ct_message_free(swiftlet::guarded([&] { result = at::detail::getCUDAHooks().hasCUDART(); }));
  return result;
}

ct_message ct_cuda_device_count(int *result) {
  return swiftlet::guarded([&] {
    *result = at::globalContext().hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}

bool ct_has_mps(void) { return at::globalContext().hasMPS(); }

ct_message ct_synchronize(int64_t code) {
  return swiftlet::guarded([&] {
    const auto device = swiftlet::device(code);
    if (device.is_cpu()) return;
    c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
  });
}
