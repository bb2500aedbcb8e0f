// Batch normalisation whose statistics are those of all processes together.
//
// Each process sends the mean and the squared deviations of its part (Chan et al. 1983), which adds up without the
// cancellation of Σx² − (Σx)². Backward, the sums of the incoming gradient and of its product with the normalised values
// are added up. libtorch's kernels for this exist on GPUs alone; those for evaluation do the rest.
#include "Processes.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm_update_stats.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
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

/// factor · gradient + slope · x + offset, with numbers of each channel (dimension 1).
struct Affine {
  at::Tensor factor, slope, offset;

  /// In one pass over memory, which is what it costs, where both tensors lie alike on the processor.
  at::Tensor operator()(const at::Tensor &gradient, const at::Tensor &x) const {
    const bool isOfRows = x.dim() == 2 || x.is_contiguous(at::MemoryFormat::ChannelsLast);
    const bool liesAlike = isOfRows ? gradient.strides() == x.strides() && (x.dim() == 4 || x.is_contiguous())
                                    : gradient.is_contiguous() && x.is_contiguous();
    if (x.is_cpu() && liesAlike && gradient.scalar_type() == x.scalar_type()) {
      if (x.scalar_type() == at::kFloat) return applied<float>(gradient, x, isOfRows);
      if (x.scalar_type() == at::kDouble) return applied<double>(gradient, x, isOfRows);
    }
    std::vector<int64_t> shape(x.dim(), 1);
    shape[1] = factor.numel();
    const auto all = [&](const at::Tensor &value) { return value.to(computed(x)).view(shape); };
    return (gradient * all(factor)).addcmul(x, all(slope)).add_(all(offset)).to(x.scalar_type());
  }

 private:
  /// Narrow types are computed in float32.
  static at::ScalarType computed(const at::Tensor &x) { return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat; }

  /// - isOfRows: whether the channels lie side by side; otherwise all values of a channel do.
  template <typename Value>
  at::Tensor applied(const at::Tensor &gradient, const at::Tensor &x, bool isOfRows) const {
    const auto own = [&](const at::Tensor &value) { return value.to(x.scalar_type()).contiguous(); };
    const at::Tensor result = at::empty_like(x), factors = own(factor), slopes = own(slope), offsets = own(offset);
    const int64_t channels = factors.numel();
    const Value *dy = gradient.const_data_ptr<Value>(), *in = x.const_data_ptr<Value>();
    const Value *a = factors.const_data_ptr<Value>(), *b = slopes.const_data_ptr<Value>(), *c = offsets.const_data_ptr<Value>();
    Value *out = result.mutable_data_ptr<Value>();
    const int64_t length = isOfRows ? channels : x.numel() / std::max<int64_t>(1, x.size(0) * channels);
    const int64_t rows = length > 0 ? x.numel() / length : 0;
    at::parallel_for(0, rows, std::max<int64_t>(1, 32768 / std::max<int64_t>(1, length)), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const Value *const dyRow = dy + row * length, *const inRow = in + row * length;
        Value *const outRow = out + row * length;
        if (isOfRows) {
          for (int64_t i = 0; i < length; ++i) outRow[i] = a[i] * dyRow[i] + b[i] * inRow[i] + c[i];
        } else {
          const Value rowA = a[row % channels], rowB = b[row % channels], rowC = c[row % channels];
          for (int64_t i = 0; i < length; ++i) outRow[i] = rowA * dyRow[i] + rowB * inRow[i] + rowC;
        }
      }
    });
    return result;
  }
};

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
    // The gradients of weight and bias are the sums that those of x need.
    const auto [none, ofWeight, ofBias] = at::native_batch_norm_backward(
        arrived[0], x, weight, mean, variance, {}, {}, false, epsilon, {false, true, true});
    at::Tensor sums = at::cat({ofBias.to(at::kDouble), ofWeight.to(at::kDouble)});
    swiftlet::sum(reinterpret_cast<ct_world>(context->saved_data["world"].toInt()), sums);
    const int64_t channels = mean.numel();
    const auto inverse = (variance.to(at::kDouble) + epsilon).rsqrt();
    const auto factor = weight.to(at::kDouble) * inverse;
    // dy − Σdy/n − (x − mean) · inverse · Σ(dy · normalised)/n, all times weight · inverse.
    const auto slope = factor * inverse * sums.narrow(0, channels, channels) / -count;
    const auto offset = factor * sums.narrow(0, 0, channels) / -count - slope * mean;
    const auto gradient = Affine{factor, slope, offset}(arrived[0], x);
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
