// Several processes that compute together: c10d's store and Gloo's collectives, and a watch over the others.
//
// Gloo notices at once that a peer is dead, but names an address; and it waits for one that hangs until its time-out. So every
// process counts in the store twice a second, and one that waits looks at the counts of the others.
#include "Processes.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#ifndef SWIFTLET_HAS_PROCESSES

static ct_message missing() { return swiftlet::withoutProcesses(); }

bool ct_has_processes(void) { return false; }
ct_message ct_store_open(const char *, uint16_t, bool, double, ct_store *, uint16_t *) { return missing(); }
void ct_store_close(ct_store) {}
ct_message ct_world_join(ct_store, const char *, const char *, int, int, double, ct_world *) { return missing(); }
int ct_world_lost(ct_world) { return -1; }
bool ct_world_has_spoken(ct_world) { return false; }
ct_message ct_world_publish(ct_world, const char *, const void *, size_t) { return missing(); }
ct_message ct_world_fetch(ct_world, const char *, char **, size_t *) { return missing(); }
ct_message ct_world_leave(ct_world, int, const char *) { return missing(); }
ct_message ct_world_sum(ct_world, ct_tensor) { return missing(); }
ct_message ct_world_maximum(ct_world, ct_tensor) { return missing(); }
ct_message ct_world_gather(ct_world, ct_tensor, ct_tensor *) { return missing(); }
ct_message ct_world_sum_part(ct_world, ct_tensor, ct_tensor *) { return missing(); }
ct_message ct_world_broadcast(ct_world, ct_tensor) { return missing(); }
ct_message ct_world_barrier(ct_world) { return missing(); }
ct_message ct_world_look(ct_world) { return missing(); }
at::Tensor swiftlet::gathered(ct_world, const at::Tensor &row) { return row; }
void swiftlet::sum(ct_world, at::Tensor &) {}

#else

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <ATen/ops/empty.h>
#include <c10/util/Flags.h>

C10_DECLARE_int(caffe2_log_level);

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// How often a process counts, and how often one that waits looks.
constexpr milliseconds beat{500};
/// A process that has failed is looked for among those that have not counted for this long.
constexpr milliseconds quiet = 4 * beat;
/// Gloo's own limit, for processes that count and still never come: such as those that wait for different things.
constexpr milliseconds patience{std::chrono::hours(1)};

milliseconds inMilliseconds(double seconds) { return milliseconds(static_cast<int64_t>(seconds * 1000)); }

std::string text(const std::vector<uint8_t> &bytes) { return {bytes.begin(), bytes.end()}; }
std::vector<uint8_t> bytes(const std::string &text) { return {text.begin(), text.end()}; }

}  // namespace

struct ct_store_s {
  c10::intrusive_ptr<c10d::TCPStore> store;
};

struct ct_world_s {
  int rank;
  int size;
  milliseconds timeout;
  c10::intrusive_ptr<c10d::Store> store;
  /// For what lies in the processor's memory.
  c10::intrusive_ptr<c10d::Backend> group;
  /// For what lies on a GPU; made when it is needed first.
  c10::intrusive_ptr<c10d::Backend> deviceGroup;

  /// The process that the last error was about; -1 if none.
  int lost = -1;
  /// Whether that process has said so itself.
  bool hasSpoken = false;
  bool hasLeft = false;

  std::thread pulse;
  std::mutex mutex;
  std::condition_variable stops;
  bool isStopping = false;
  std::atomic<bool> hasLostStore{false};

  /// What the others had counted when they were last looked at, and since when.
  std::vector<int64_t> counts;
  std::vector<Clock::time_point> since;
  Clock::time_point looked{};

  std::string key(const char *what, int rank) const { return std::string(what) + "/" + std::to_string(rank); }

  void startPulse(const c10::intrusive_ptr<c10d::Store> &own) {
    pulse = std::thread([this, own] {
      std::unique_lock<std::mutex> lock(mutex);
      while (!isStopping) {
        lock.unlock();
        try {
          own->add(key("count", rank), 1);
        } catch (...) {
          hasLostStore = true;
          return;
        }
        lock.lock();
        stops.wait_for(lock, beat, [this] { return isStopping; });
      }
    });
  }

  void stopPulse() {
    {
      std::lock_guard<std::mutex> lock(mutex);
      isStopping = true;
    }
    stops.notify_all();
    if (pulse.joinable()) pulse.join();
  }

  [[noreturn]] void lose(int other, const std::string &sentence) {
    lost = other;
    throw std::runtime_error(sentence);
  }

  /// Looks at the counts of the others. Throws where one has left, or has not counted for so long.
  void look(milliseconds longest) {
    try {
      if (hasLostStore) throw std::runtime_error("");
      if (store->add("departures", 0) > 0) nameTheDeparted();
      const auto now = Clock::now();
      // A process that was itself suspended has seen nothing of the time between.
      if (now - looked > 4 * beat) since.assign(size, now);
      looked = now;
      for (int other = 0; other < size; ++other) {
        if (other == rank) continue;
        const int64_t count = store->add(key("count", other), 0);
        if (count != counts[other]) {
          counts[other] = count;
          since[other] = now;
        }
      }
      int quietest = -1;
      for (int other = 0; other < size; ++other) {
        if (other == rank || now - since[other] < longest) continue;
        if (quietest < 0 || since[other] < since[quietest]) quietest = other;
      }
      if (quietest >= 0) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - since[quietest]).count();
        lose(quietest, "process " + std::to_string(quietest) + " is gone or hangs: it has not answered for " +
                           std::to_string(seconds) + " s");
      }
    } catch (const std::runtime_error &error) {
      if (lost >= 0) throw;
      lose(0, "the program that started the processes, or process 0, is gone: it held what they agree by");
    }
  }

  void nameTheDeparted() {
    for (int other = 0; other < size; ++other) {
      if (other == rank || !store->check({key("left", other)})) continue;
      const std::string left = text(store->get(key("left", other)));
      const auto end = left.find('\n');
      // Those that are through leave without a word.
      if (end == std::string::npos) continue;
      const int culprit = std::stoi(left.substr(0, end));
      hasSpoken = culprit == other;
      lose(culprit, left.substr(end + 1));
    }
  }

  /// Runs a collective of `tensor`, and waits for it.
  template <typename Collective>
  void run(const at::Tensor &tensor, Collective &&collective) {
    finish(collective(groupOf(tensor)), !tensor.is_cpu());
  }

  c10d::Backend &groupOf(const at::Tensor &tensor) {
    if (tensor.is_cpu()) return *group;
    if (!deviceGroup) deviceGroup = swiftlet::deviceGroup(c10::make_intrusive<c10d::PrefixStore>("nccl/", store), rank, size);
    return *deviceGroup;
  }

  /// A GPU's work is asked whether it is done: it could only be waited for with NCCL's own time-outs, which end the program.
  void finishOnDevice(const c10::intrusive_ptr<c10d::Work> &work) {
    const auto start = Clock::now();
    auto next = start + beat;
    while (!work->isCompleted()) {
      const auto now = Clock::now();
      if (now >= next) {
        look(timeout);
        next = now + beat;
      }
      // Most are done within microseconds.
      if (now - start < milliseconds(1)) std::this_thread::yield();
      else std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    if (!work->isSuccess()) explain("the GPUs' collective has failed");
    work->synchronize();
  }

  /// Waits for a collective, and for the others.
  void finish(const c10::intrusive_ptr<c10d::Work> &work, bool isOnDevice) {
    lost = -1;
    if (hasLostStore) look(timeout);
    since.assign(size, Clock::now());
    if (isOnDevice) return finishOnDevice(work);
    for (;;) {
      try {
        work->wait(beat);
        return;
      } catch (const std::exception &error) {
        if (work->isCompleted()) {
          if (work->isSuccess()) return;
          explain(error.what());
        }
      }
      look(timeout);
    }
  }

  /// Finds out who is gone after a collective has failed.
  [[noreturn]] void explain(const std::string &error) {
    const auto end = Clock::now() + 4 * quiet;
    since.assign(size, Clock::now());
    looked = Clock::now();
    while (Clock::now() < end) {
      look(quiet);
      std::this_thread::sleep_for(milliseconds(100));
    }
    throw std::runtime_error("the processes cannot reach each other any more: " + error);
  }

  /// Waits for something that another process will write.
  void await(const std::string &name) {
    lost = -1;
    since.assign(size, Clock::now());
    looked = Clock::now();
    auto next = Clock::now() + beat;
    for (;;) {
      try {
        if (store->check({name})) return;
      } catch (const std::exception &) {
        hasLostStore = true;
      }
      if (Clock::now() >= next || hasLostStore) {
        look(timeout);
        next = Clock::now() + beat;
      }
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
};

bool ct_has_processes(void) { return true; }

ct_message ct_store_open(const char *host, uint16_t port, bool isServer, double timeout, ct_store *result,
                         uint16_t *actualPort) {
  return swiftlet::guarded([&] {
    // What c10d says about connections would stand beside the sentences that say the same.
    if (getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = 3;
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = isServer;
    options.waitWorkers = false;
    options.timeout = inMilliseconds(timeout);
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    *actualPort = store->getPort();
    *result = new ct_store_s{std::move(store)};
  });
}

void ct_store_close(ct_store store) { delete store; }

ct_message ct_world_join(ct_store store, const char *host, const char *prefix, int rank, int size, double timeout,
                         ct_world *result) {
  return swiftlet::guarded([&] {
    auto world = std::make_unique<ct_world_s>();
    world->rank = rank;
    world->size = size;
    world->timeout = inMilliseconds(timeout);
    world->counts.assign(size, -1);
    world->since.assign(size, Clock::now());
    const auto within = [&](c10::intrusive_ptr<c10d::Store> whole, const char *part) {
      return c10::make_intrusive<c10d::PrefixStore>(std::string(prefix) + part, std::move(whole));
    };
    world->store = within(store->store, "");
    const std::string address = swiftlet::ownAddress(host, store->store->getPort());
    world->store->set(world->key("address", rank), bytes(address));
    TORCH_CHECK(world->store->add(world->key("here", rank), 1) == 1, "there are two processes with the number ", rank);

    const auto end = Clock::now() + world->timeout;
    int next = 0;
    while (next < size) {
      if (world->store->check({world->key("here", next)})) {
        ++next;
        continue;
      }
      if (Clock::now() > end) {
        world->lost = next;
        TORCH_CHECK(false, "process ", next, " of ", size, " has not come within ",
                    std::chrono::duration_cast<std::chrono::seconds>(world->timeout).count(), " s");
      }
      std::this_thread::sleep_for(milliseconds(20));
    }
    world->group = swiftlet::processorGroup(
        within(store->store->clone(), "gloo/"), rank, size, address,
        [&](int other) { return text(world->store->get(world->key("address", other))); }, world->timeout);
    world->group->setTimeout(patience);
    world->startPulse(within(store->store->clone(), ""));
    // Never freed: threads of a group that has failed may still wait in it when the program ends.
    *result = world.release();
  });
}

int ct_world_lost(ct_world world) { return world->lost; }

bool ct_world_has_spoken(ct_world world) { return world->hasSpoken; }

ct_message ct_world_publish(ct_world world, const char *name, const void *data, size_t count) {
  return swiftlet::guarded([&] {
    const auto *first = static_cast<const uint8_t *>(data);
    world->store->set(name, std::vector<uint8_t>(first, first + count));
  });
}

ct_message ct_world_fetch(ct_world world, const char *name, char **data, size_t *count) {
  return swiftlet::guarded([&] {
    world->await(name);
    const auto found = world->store->get(name);
    *data = static_cast<char *>(malloc(std::max<size_t>(1, found.size())));
    if (*data == nullptr) throw std::bad_alloc();
    memcpy(*data, found.data(), found.size());
    *count = found.size();
  });
}

ct_message ct_world_leave(ct_world world, int culprit, const char *sentence) {
  return swiftlet::guarded([&] {
    if (world->hasLeft) return;
    world->hasLeft = true;
    const bool isThrough = sentence == nullptr;
    world->store->set(world->key("left", world->rank),
                      bytes(isThrough ? std::string() : std::to_string(culprit) + "\n" + sentence));
    if (!isThrough) world->store->add("departures", 1);
    // The process that holds the store stays until the others have read what it says.
    const auto end = Clock::now() + std::min(world->timeout, 2 * quiet);
    if (world->rank == 0) {
      for (int other = 1; other < world->size && Clock::now() < end;) {
        if ((!isThrough && other == culprit) || world->store->check({world->key("left", other)})) {
          ++other;
        } else {
          std::this_thread::sleep_for(milliseconds(20));
        }
      }
    }
    world->stopPulse();
  });
}

static ct_message reduce(ct_world world, ct_tensor tensor, c10d::ReduceOp::RedOpType operation) {
  return swiftlet::guarded([&] {
    std::vector<at::Tensor> tensors{swiftlet::tensor(tensor).detach()};
    c10d::AllreduceOptions options;
    options.reduceOp = operation;
    world->run(tensors[0], [&](c10d::Backend &group) { return group.allreduce(tensors, options); });
  });
}

ct_message ct_world_sum(ct_world world, ct_tensor tensor) { return reduce(world, tensor, c10d::ReduceOp::SUM); }
ct_message ct_world_maximum(ct_world world, ct_tensor tensor) { return reduce(world, tensor, c10d::ReduceOp::MAX); }

/// The same memory as bytes: what is only moved may be of any type.
static at::Tensor asBytes(const at::Tensor &contiguous) { return contiguous.flatten().view(at::kByte); }

ct_message ct_world_gather(ct_world world, ct_tensor tensor, ct_tensor *result) {
  return swiftlet::guarded([&] {
    at::Tensor own = swiftlet::tensor(tensor).detach().contiguous();
    auto sizes = own.sizes().vec();
    TORCH_CHECK(!sizes.empty(), "a single value has no rows to gather");
    sizes[0] *= world->size;
    at::Tensor all = at::empty(sizes, own.options());
    if (own.numel() > 0) {
      at::Tensor from = asBytes(own), to = asBytes(all);
      world->run(own, [&](c10d::Backend &group) { return group._allgather_base(to, from); });
    }
    *result = swiftlet::handle(all);
  });
}

ct_message ct_world_sum_part(ct_world world, ct_tensor tensor, ct_tensor *result) {
  return swiftlet::guarded([&] {
    at::Tensor all = swiftlet::tensor(tensor).detach().contiguous();
    auto sizes = all.sizes().vec();
    TORCH_CHECK(!sizes.empty() && sizes[0] % world->size == 0, "the rows cannot be divided by ", world->size);
    sizes[0] /= world->size;
    at::Tensor own = at::empty(sizes, all.options());
    world->run(all, [&](c10d::Backend &group) { return group._reduce_scatter_base(own, all); });
    *result = swiftlet::handle(own);
  });
}

ct_message ct_world_broadcast(ct_world world, ct_tensor tensor) {
  return swiftlet::guarded([&] {
    at::Tensor own = swiftlet::tensor(tensor).detach();
    TORCH_CHECK(own.is_contiguous(), "what is sent to all has to be contiguous");
    if (own.numel() == 0) return;
    std::vector<at::Tensor> tensors{asBytes(own)};
    world->run(own, [&](c10d::Backend &group) { return group.broadcast(tensors); });
  });
}

ct_message ct_world_barrier(ct_world world) {
  return swiftlet::guarded([&] { world->finish(world->group->barrier(), false); });
}

ct_message ct_world_look(ct_world world) {
  return swiftlet::guarded([&] {
    world->lost = -1;
    world->look(world->timeout);
  });
}

at::Tensor swiftlet::gathered(ct_world world, const at::Tensor &row) {
  at::Tensor from = row.contiguous();
  at::Tensor all = at::empty({world->size, from.numel()}, from.options());
  at::Tensor to = all.view({-1});
  world->run(from, [&](c10d::Backend &group) { return group._allgather_base(to, from); });
  return all;
}

c10::intrusive_ptr<c10d::Work> swiftlet::beginSum(ct_world world, at::Tensor &tensor) {
  std::vector<at::Tensor> tensors{tensor};
  return world->groupOf(tensor).allreduce(tensors);
}

void swiftlet::sum(ct_world world, at::Tensor &tensor) { finish(world, beginSum(world, tensor), tensor); }

void swiftlet::finish(ct_world world, const c10::intrusive_ptr<c10d::Work> &work, const at::Tensor &tensor) {
  world->finish(work, !tensor.is_cpu());
}

void swiftlet::explain(ct_world world, const std::string &error) { world->explain(error); }

#endif
