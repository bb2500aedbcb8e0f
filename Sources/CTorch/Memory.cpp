// How much memory tensors use, and how much a device has.
#include "Boundary.h"

#include <ATen/Context.h>
#include <c10/core/Allocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <mutex>

namespace {

/// The running total and the peak of what allocators report to a profiler, for the processor and all devices together.
class Tally : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void *, int64_t size, size_t, size_t, c10::Device) override {
    const std::lock_guard<std::mutex> guard(mutex);
    current += size;
    peak = std::max(peak, current);
  }

  bool memoryProfilingEnabled() const override { return true; }

  int64_t takePeak() {
    const std::lock_guard<std::mutex> guard(mutex);
    const int64_t result = peak;
    peak = current;
    return result;
  }

 private:
  std::mutex mutex;
  int64_t current = 0;
  int64_t peak = 0;
};

}  // namespace

struct ct_memory_watch_s {
  std::shared_ptr<Tally> tally = std::make_shared<Tally>();
  c10::DebugInfoGuard guard{c10::DebugInfoKind::PROFILER_STATE, tally};
};

ct_message ct_memory_watch_begin(ct_memory_watch *result) {
  return swiftlet::guarded([&] { *result = new ct_memory_watch_s; });
}

int64_t ct_memory_watch_take_peak(ct_memory_watch watch) { return watch->tally->takePeak(); }

void ct_memory_watch_end(ct_memory_watch watch) { delete watch; }

ct_message ct_device_memory(int64_t code, int64_t *available, int64_t *total) {
  return swiftlet::guarded([&] {
    const auto device = swiftlet::device(code);
    at::globalContext().lazyInitDevice(device.type());
    const auto [free, all] = c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index());
    *available = static_cast<int64_t>(free);
    *total = static_cast<int64_t>(all);
  });
}
