// Gradients: what the dispatcher does not reach.
#include "Boundary.h"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

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

bool ct_grad_mode(void) { return c10::GradMode::is_enabled(); }

void ct_set_grad_mode(bool enabled) { c10::GradMode::set_enabled(enabled); }
