// Batch normalisation whose statistics are those of all processes together.
//
// Each process sends the mean and the squared deviations of its part (Chan et al. 1983), which adds up without the
// cancellation of Σx² − (Σx)². Backward, the sums of the incoming gradient and of its product with the normalised values
// are added up. libtorch's kernels for this exist on GPUs alone; those for evaluation do the rest.
#include "Processes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm_update_stats.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/native_batch_norm_backward.h>
#include <ATen/ops/ones_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Autograd takes an absent input for one only if it is optional.
std::optional<at::Tensor> given(ct_tensor tensor) {
  return tensor == nullptr ? std::nullopt : std::optional(swiftlet::tensor(tensor));
}

struct Statistics {
  at::Tensor mean;
  at::Tensor variance;
  double count;
};

Statistics ofAll(ct_world world, const at::Tensor &x, at::Tensor runningMean, at::Tensor runningVariance, double momentum) {
  // With momentum 0 the running statistics stay; they decide the precision.
  const auto [mean, variance] = at::batch_norm_update_stats(x, runningMean, runningVariance, 0);
  const int64_t channels = x.size(1);
  const double count = static_cast<double>(x.numel() / std::max<int64_t>(1, channels));
  const auto own = at::cat({mean.to(at::kDouble), variance.to(at::kDouble) * count,
                            at::full({1}, count, mean.options().dtype(at::kDouble))});
  const at::Tensor all = swiftlet::gathered(world, own);
  const auto means = all.narrow(1, 0, channels), squares = all.narrow(1, channels, channels);
  const auto counts = all.narrow(1, 2 * channels, 1);
  const auto total = counts.sum();
  const auto commonMean = (means * counts).sum(0) / total;
  const auto deviation = means - commonMean;
  const auto sum = (squares + deviation * deviation * counts).sum(0);
  const double number = total.item<double>();
  runningMean.mul_(1 - momentum).add_(commonMean.to(runningMean.scalar_type()), momentum);
  runningVariance.mul_(1 - momentum)
      .add_((sum / std::max(1.0, number - 1)).to(runningVariance.scalar_type()), momentum);
  return {commonMean.to(mean.scalar_type()), (sum / number).to(mean.scalar_type()), number};
}

struct SharedBatchNorm : torch::autograd::Function<SharedBatchNorm> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const std::optional<at::Tensor> &weight,
                            const std::optional<at::Tensor> &bias, const at::Tensor &runningMean, const at::Tensor &runningVariance, double momentum,
                            double epsilon, int64_t world) {
    const auto all = ofAll(reinterpret_cast<ct_world>(world), x, runningMean, runningVariance, momentum);
    context->save_for_backward({x, weight.value_or(at::Tensor()), all.mean, all.variance});
    context->saved_data["count"] = all.count;
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["world"] = world;
    context->saved_data["hasBias"] = bias.has_value();
    return std::get<0>(at::native_batch_norm(x, weight, bias, all.mean, all.variance, false, momentum, epsilon));
  }

  static tensor_list backward(AutogradContext *context, tensor_list arrived) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &mean = saved[2], &variance = saved[3];
    const bool hasWeight = saved[1].defined();
    const at::Tensor weight = hasWeight ? saved[1] : at::ones_like(mean);
    const double count = context->saved_data["count"].toDouble();
    const double epsilon = context->saved_data["epsilon"].toDouble();
    const auto [direct, ofWeight, ofBias] = at::native_batch_norm_backward(
        arrived[0], x, weight, mean, variance, {}, {}, false, epsilon, {true, true, true});
    at::Tensor sums = at::cat({ofBias.to(at::kDouble), ofWeight.to(at::kDouble)});
    swiftlet::sum(reinterpret_cast<ct_world>(context->saved_data["world"].toInt()), sums);
    const int64_t channels = mean.numel();
    const auto inverse = (variance.to(at::kDouble) + epsilon).rsqrt();
    const auto factor = weight.to(at::kDouble) * inverse / count;
    // Σdy/n and (x − mean) · inverse · Σ(dy · normalised)/n, each times weight · inverse.
    const auto slope = factor * inverse * sums.narrow(0, channels, channels);
    const auto offset = factor * sums.narrow(0, 0, channels) - slope * mean;
    std::vector<int64_t> shape(x.dim(), 1);
    shape[1] = channels;
    const auto perChannel = [&](const at::Tensor &value) { return value.to(mean.scalar_type()).view(shape); };
    const auto gradient = direct.addcmul(x, perChannel(slope), -1).sub_(perChannel(offset)).to(x.scalar_type());
    return {gradient, hasWeight ? ofWeight : at::Tensor(), context->saved_data["hasBias"].toBool() ? ofBias : at::Tensor(),
            at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

ct_message ct_world_batch_norm(ct_world world, ct_tensor x, ct_tensor weight, ct_tensor bias, ct_tensor runningMean,
                               ct_tensor runningVariance, double momentum, double epsilon, ct_tensor *result) {
  return swiftlet::guarded([&] {
    *result = swiftlet::handle(SharedBatchNorm::apply(
        swiftlet::tensor(x), given(weight), given(bias), swiftlet::tensor(runningMean), swiftlet::tensor(runningVariance), momentum, epsilon, reinterpret_cast<int64_t>(world)));
  });
}
