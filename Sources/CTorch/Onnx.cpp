// ONNX files: the writer and the checker inside libtorch turn a graph of `onnx::` nodes into a model.
#include "Boundary.h"

// libtorch was built with this namespace, so that its symbols do not clash with those of another ONNX library.
#define ONNX_NAMESPACE onnx_torch
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/serialization/export.h>

#include <map>
#include <memory>
#include <unordered_map>

struct ct_onnx_s {
  std::shared_ptr<torch::jit::Graph> graph = std::make_shared<torch::jit::Graph>();
  std::map<std::string, at::Tensor> weights;
  std::unordered_map<std::string, torch::jit::Value *> values;
  std::unordered_map<std::string, std::unordered_map<int64_t, std::string>> axes;

  torch::jit::Value *value(const char *name) const {
    const auto found = values.find(name);
    TORCH_CHECK(found != values.end(), "there is no value '", name, "'");
    return found->second;
  }

  torch::jit::Value *name(torch::jit::Value *value, const char *name) {
    TORCH_CHECK(values.emplace(name, value).second, "there are two values '", name, "'");
    return value->setDebugName(name);
  }

  /// Sets the type of a value. A negative size is open: the first becomes the axis "batch", others "length".
  void setShape(torch::jit::Value *value, c10::ScalarType type, const int64_t *sizes, size_t rank) {
    std::vector<std::optional<int64_t>> shape;
    for (size_t axis = 0; axis < rank; ++axis) {
      shape.push_back(sizes[axis] < 0 ? std::nullopt : std::optional(sizes[axis]));
      if (sizes[axis] < 0) axes[value->debugName()][static_cast<int64_t>(axis)] = axis == 0 ? "batch" : "length";
    }
    value->setType(c10::TensorType::create(
        type, at::kCPU, c10::SymbolicShape(shape), c10::VaryingShape<c10::Stride>(rank), false));
  }
};

ct_onnx ct_onnx_create(void) { return new (std::nothrow) ct_onnx_s; }

void ct_onnx_free(ct_onnx model) { delete model; }

ct_message ct_onnx_input(ct_onnx model, const char *name, int dtype, const int64_t *sizes, size_t rank) {
  return swiftlet::guarded([&] {
    model->setShape(model->name(model->graph->addInput(), name), static_cast<c10::ScalarType>(dtype), sizes, rank);
  });
}

ct_message ct_onnx_weight(ct_onnx model, const char *name, ct_tensor tensor) {
  return swiftlet::guarded([&] {
    const at::Tensor weight = swiftlet::tensor(tensor).cpu().contiguous();
    model->name(model->graph->addInput(), name)->inferTypeFrom(weight);
    model->weights.emplace(name, weight);
  });
}

ct_message ct_onnx_node(ct_onnx model, const char *operation, const char *const *inputs, size_t inputCount,
                        const ct_onnx_attribute *attributes, size_t attributeCount, const char *output) {
  return swiftlet::guarded([&] {
    std::vector<torch::jit::Value *> values;
    for (size_t index = 0; index < inputCount; ++index) values.push_back(model->value(inputs[index]));
    torch::jit::Node *node = model->graph->create(c10::Symbol::fromQualString(std::string("onnx::") + operation), values);
    for (size_t index = 0; index < attributeCount; ++index) {
      const auto name = c10::Symbol::attr(attributes[index].name);
      const ct_value &value = attributes[index].value;
      switch (value.tag) {
        case CT_INTEGER: node->i_(name, value.integer); break;
        case CT_REAL: node->f_(name, value.real); break;
        case CT_INTEGERS: {
          const auto *first = static_cast<const int64_t *>(value.pointer);
          node->is_(name, std::vector<int64_t>(first, first + value.count));
          break;
        }
        default: TORCH_CHECK(false, "'", attributes[index].name, "' is of a kind that no attribute has");
      }
    }
    model->name(model->graph->insertNode(node)->output(), output);
  });
}

ct_message ct_onnx_output(ct_onnx model, const char *name, const int64_t *sizes, size_t rank) {
  return swiftlet::guarded([&] {
    torch::jit::Value *value = model->value(name);
    model->setShape(value, at::kFloat, sizes, rank);
    model->graph->registerOutput(value);
  });
}

ct_message ct_onnx_finish(ct_onnx model, int64_t operatorSet, char **bytes, size_t *count) {
  return swiftlet::guarded([&] {
    model->graph->lint();
    const auto written = std::get<0>(torch::jit::export_onnx(
        model->graph, model->weights, operatorSet, model->axes, /*defer_weight_export=*/false,
        ::torch::onnx::OperatorExportTypes::ONNX, /*strip_doc_string=*/true, /*keep_initializers_as_inputs=*/false));
    const std::string text = torch::jit::serialize_model_proto_to_string(written);
    torch::jit::check_onnx_proto(text);
    *bytes = static_cast<char *>(malloc(text.size()));
    if (*bytes == nullptr) throw std::bad_alloc();
    memcpy(*bytes, text.data(), text.size());
    *count = text.size();
  });
}
