// Gradients: the parts of autograd that are not operators of the dispatcher.
#include "Boundary.h"

#include <c10/core/GradMode.h>
#include <ATen/ops/mul.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

// A struct, because autograd would treat a plain list of tensors as inputs.
struct Stored {
  std::vector<at::Tensor> gradients;
};

struct Attached : torch::autograd::Function<Attached> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &value, at::TensorList inputs,
                            const Stored &stored) {
    TORCH_CHECK(value.dim() == 0, "gradients can be attached to a single value, not to one of shape ", value.sizes());
    for (size_t i = 0; i < inputs.size(); ++i) {
      TORCH_CHECK(inputs[i].sizes() == stored.gradients[i].sizes(), "input ", i, " has shape ", inputs[i].sizes(),
                  ", its gradient ", stored.gradients[i].sizes());
    }
    context->save_for_backward(stored.gradients);
    return value.clone();
  }

  // One gradient for each argument of `forward`; undefined for `value` and `stored`.
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext *context,
                                               torch::autograd::tensor_list arrived) {
    torch::autograd::tensor_list results{at::Tensor()};
    for (const auto &gradient : context->get_saved_variables()) results.push_back(at::mul(gradient, arrived[0]));
    results.emplace_back();
    return results;
  }
};

}  // namespace

bool ct_tensor_requires_grad(ct_tensor tensor) { return swiftlet::tensor(tensor).requires_grad(); }

ct_message ct_tensor_set_requires_grad(ct_tensor tensor, bool value) {
  return swiftlet::guarded([&] { swiftlet::tensor(tensor).set_requires_grad(value); });
}

ct_message ct_tensor_grad(ct_tensor tensor, ct_tensor *result) {
  return swiftlet::guarded([&] { *result = swiftlet::handle(swiftlet::tensor(tensor).grad()); });
}

ct_message ct_tensor_clear_grad(ct_tensor tensor) {
  return swiftlet::guarded([&] { swiftlet::tensor(tensor).mutable_grad().reset(); });
}

ct_message ct_backward(ct_tensor output, ct_tensor gradient) {
  return swiftlet::guarded([&] {
    std::vector<at::Tensor> gradients;
    if (gradient != nullptr) gradients.push_back(swiftlet::tensor(gradient));
    torch::autograd::backward({swiftlet::tensor(output)}, gradients);
  });
}

ct_message ct_attach_gradient(ct_tensor value, const ct_tensor *inputs, const ct_tensor *gradients, size_t count,
                              ct_tensor *result) {
  return swiftlet::guarded([&] {
    std::vector<at::Tensor> leaves;
    Stored stored;
    for (size_t i = 0; i < count; ++i) {
      leaves.push_back(swiftlet::tensor(inputs[i]));
      stored.gradients.push_back(swiftlet::tensor(gradients[i]).detach());
    }
    *result = swiftlet::handle(Attached::apply(swiftlet::tensor(value).detach(), at::TensorList(leaves), stored));
  });
}

bool ct_grad_mode(void) { return c10::GradMode::is_enabled(); }

void ct_set_grad_mode(bool enabled) { c10::GradMode::set_enabled(enabled); }
