// Sums of gradients that travel between the processes while the backward pass goes on (Li et al. 2020, PyTorch Distributed).
//
// Gradients travel in buckets: what a small tensor costs is the way, and not its size. A bucket begins once all its gradients
// are there and the buckets before it have begun, so that all processes send the same in the same order. Which gradients
// share a bucket never changes: the same number of processes adds up in the same order, always.
#include "Processes.h"

#ifndef SWIFTLET_HAS_PROCESSES

ct_message ct_gradient_sums_begin(ct_world, ct_tensor, const ct_tensor *, size_t, const size_t *, size_t, ct_gradient_sums *) {
  return swiftlet::withoutProcesses();
}
ct_message ct_gradient_sums_finish(ct_gradient_sums, double *, double *) {
  return swiftlet::withoutProcesses();
}
void ct_gradient_sums_free(ct_gradient_sums) {}

#else

#include <ATen/ops/cat.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/variable.h>

#include <unordered_set>

using Clock = std::chrono::steady_clock;

namespace {

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

/// The tensors that a backward pass from `output` adds gradients to.
std::unordered_set<const c10::TensorImpl *> leaves(const at::Tensor &output) {
  std::unordered_set<const c10::TensorImpl *> found;
  std::unordered_set<torch::autograd::Node *> seen;
  std::vector<torch::autograd::Node *> waiting;
  const auto first = output.defined() ? output.grad_fn() : nullptr;
  if (first) waiting.push_back(first.get());
  while (!waiting.empty()) {
    torch::autograd::Node *node = waiting.back();
    waiting.pop_back();
    if (!seen.insert(node).second) continue;
    if (const auto *leaf = dynamic_cast<torch::autograd::AccumulateGrad *>(node)) {
      found.insert(leaf->variable.unsafeGetTensorImpl());
    }
    for (const auto &edge : node->next_edges()) {
      if (edge.function) waiting.push_back(edge.function.get());
    }
  }
  return found;
}

}  // namespace

struct ct_gradient_sums_s {
  struct Bucket {
    std::vector<size_t> members;
    size_t missing = 0;
    at::Tensor row;
    c10::intrusive_ptr<c10d::Work> work;
    Clock::time_point began;
    /// Shared with a thread of the group, which may outlive the bucket.
    std::shared_ptr<std::atomic<Clock::rep>> ended = std::make_shared<std::atomic<Clock::rep>>(0);
  };

  ct_world world;
  std::vector<at::Tensor> parameters;
  std::vector<size_t> bucketOf;
  std::vector<Bucket> buckets;
  size_t next = 0;
  /// Kept until the pass is over: an exception would end it without a word about whose fault it is.
  std::string failure;

  struct Arrival : torch::autograd::PostAccumulateGradHook {
    Arrival(ct_gradient_sums_s *sums, size_t parameter) : sums(sums), parameter(parameter) {}
    void operator()(const at::Tensor &) override { sums->arrived(parameter); }
    ct_gradient_sums_s *sums;
    size_t parameter;
  };

  /// What the pass that ends in `output` does not reach has its gradient already, or none.
  void listen(const at::Tensor &output) {
    const auto reached = leaves(output);
    for (size_t each = 0; each < parameters.size(); ++each) {
      if (reached.count(parameters[each].unsafeGetTensorImpl()) == 0) continue;
      ++buckets[bucketOf[each]].missing;
      torch::autograd::impl::set_post_acc_grad_hooks(parameters[each], std::make_unique<Arrival>(this, each));
    }
  }

  void stopListening() {
    for (const auto &parameter : parameters) torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
  }

  void arrived(size_t parameter) {
    --buckets[bucketOf[parameter]].missing;
    while (next < buckets.size() && buckets[next].missing == 0 && failure.empty()) begin();
  }

  void begin() {
    Bucket &bucket = buckets[next];
    try {
      const c10::AutoGradMode without(false);
      std::vector<at::Tensor> parts;
      std::vector<size_t> members;
      for (const size_t each : bucket.members) {
        const at::Tensor gradient = parameters[each].grad();
        // What the loss does not depend on has none, in any process.
        if (!gradient.defined()) continue;
        parts.push_back(gradient.flatten());
        members.push_back(each);
      }
      bucket.members = std::move(members);
      bucket.began = Clock::now();
      if (!parts.empty()) {
        bucket.row = at::cat(parts);
        bucket.work = swiftlet::beginSum(world, bucket.row);
        // The future of a GPU's collective is there before its result.
        if (bucket.row.is_cpu()) {
          const auto ended = bucket.ended;
          bucket.work->getFuture()->addCallback(
              [ended](c10::ivalue::Future &) { *ended = Clock::now().time_since_epoch().count(); });
        }
      }
      ++next;
    } catch (const std::exception &error) {
      failure = error.what();
    }
  }

  void takeBack(Bucket &bucket) {
    const c10::AutoGradMode without(false);
    int64_t start = 0;
    for (const size_t each : bucket.members) {
      at::Tensor gradient = parameters[each].mutable_grad();
      gradient.copy_(bucket.row.narrow(0, start, gradient.numel()).view(gradient.sizes()));
      start += gradient.numel();
    }
  }
};

ct_message ct_gradient_sums_begin(ct_world world, ct_tensor output, const ct_tensor *parameters, size_t count,
                                  const size_t *ends, size_t bucketCount, ct_gradient_sums *result) {
  return swiftlet::guarded([&] {
    auto sums = std::make_unique<ct_gradient_sums_s>();
    sums->world = world;
    sums->buckets.resize(bucketCount);
    for (size_t each = 0, bucket = 0; each < count; ++each) {
      while (bucket < bucketCount && each >= ends[bucket]) ++bucket;
      TORCH_CHECK(bucket < bucketCount, "parameter ", each, " is in no bucket");
      sums->parameters.push_back(swiftlet::tensor(parameters[each]));
      sums->bucketOf.push_back(bucket);
      sums->buckets[bucket].members.push_back(each);
    }
    sums->listen(swiftlet::tensor(output));
    *result = sums.release();
  });
}

ct_message ct_gradient_sums_finish(ct_gradient_sums sums, double *sent, double *waited) {
  return swiftlet::guarded([&] {
    sums->stopListening();
    const auto start = Clock::now();
    while (sums->next < sums->buckets.size() && sums->failure.empty()) sums->begin();
    if (!sums->failure.empty()) swiftlet::explain(sums->world, sums->failure);
    // Of the time on the way, intervals that overlap count once.
    Clock::duration together{0};
    Clock::time_point until{};
    for (auto &bucket : sums->buckets) {
      if (!bucket.work) continue;
      swiftlet::finish(sums->world, bucket.work, bucket.row);
      const auto end = std::max(bucket.began, Clock::time_point(Clock::duration(bucket.ended->load())));
      const auto from = std::max(bucket.began, until);
      if (end > from) together += end - from;
      until = std::max(until, end);
    }
    *sent = seconds(together);
    *waited = seconds(Clock::now() - start);
    for (auto &bucket : sums->buckets) {
      if (bucket.work) sums->takeBack(bucket);
    }
  });
}

void ct_gradient_sums_free(ct_gradient_sums sums) {
  if (sums == nullptr) return;
  sums->stopListening();
  delete sums;
}

#endif
