// One call for every ATen operator, through the dispatcher's boxed entry.
#include "Boundary.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>

using c10::IValue;
using c10::TypeKind;

namespace {

std::string describe(const c10::OperatorHandle &op) {
  const auto &name = op.operator_name();
  return name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
}

[[noreturn]] void refuse(const c10::OperatorHandle &op, const c10::Argument &parameter, const char *given) {
  throw std::runtime_error(describe(op) + ": argument '" + parameter.name() + "' is " + parameter.type()->str() +
                           ", not " + given);
}

/// The type inside Optional[…], or the type itself.
c10::TypePtr unwrapped(const c10::TypePtr &type) {
  if (auto optional = type->cast<c10::OptionalType>()) return optional->getElementType();
  return type;
}

bool isListOf(const c10::TypePtr &type, TypeKind element) {
  auto list = type->cast<c10::ListType>();
  return list && list->getElementType()->kind() == element;
}

bool isListOfOptionalTensors(const c10::TypePtr &type) {
  auto list = type->cast<c10::ListType>();
  return list && list->getElementType()->kind() == TypeKind::OptionalType;
}

IValue tensors(const ct_value &value, const c10::TypePtr &type) {
  auto *handles = static_cast<const ct_tensor *>(value.pointer);
  if (isListOfOptionalTensors(type)) {
    c10::List<std::optional<at::Tensor>> list;
    list.reserve(value.count);
    for (size_t i = 0; i < value.count; i++)
      list.push_back(handles[i] ? std::optional<at::Tensor>(swiftlet::tensor(handles[i])) : std::nullopt);
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  for (size_t i = 0; i < value.count; i++) list.push_back(swiftlet::tensor(handles[i]));
  return list;
}

/// Converts an argument to the type in the schema: an integer becomes a real where the schema asks for one, and so on.
IValue argument(const c10::OperatorHandle &op, const c10::Argument &parameter, const ct_value &value) {
  const auto type = unwrapped(parameter.real_type());
  const auto kind = type->kind();
  switch (value.tag) {
    case CT_NONE:
      return kind == TypeKind::TensorType ? IValue(at::Tensor()) : IValue();
    case CT_TENSOR:
      if (kind != TypeKind::TensorType) refuse(op, parameter, "a tensor");
      return swiftlet::tensor(static_cast<ct_tensor>(const_cast<void *>(value.pointer)));
    case CT_INTEGER:
      if (kind == TypeKind::FloatType) return static_cast<double>(value.integer);
      if (isListOf(type, TypeKind::IntType) || isListOf(type, TypeKind::SymIntType))
        return c10::List<int64_t>({value.integer});
      if (kind != TypeKind::IntType && kind != TypeKind::NumberType && kind != TypeKind::SymIntType)
        refuse(op, parameter, "an integer");
      return value.integer;
    case CT_REAL:
      if (kind != TypeKind::FloatType && kind != TypeKind::NumberType) refuse(op, parameter, "a real number");
      return value.real;
    case CT_BOOLEAN:
      if (kind != TypeKind::BoolType && kind != TypeKind::NumberType) refuse(op, parameter, "a truth value");
      return value.integer != 0;
    case CT_INTEGERS: {
      auto *begin = static_cast<const int64_t *>(value.pointer);
      if (isListOf(type, TypeKind::BoolType)) {
        c10::List<bool> list;
        for (size_t i = 0; i < value.count; i++) list.push_back(begin[i] != 0);
        return list;
      }
      if (!isListOf(type, TypeKind::IntType) && !isListOf(type, TypeKind::SymIntType))
        refuse(op, parameter, "a list of integers");
      c10::List<int64_t> list;
      list.reserve(value.count);
      for (size_t i = 0; i < value.count; i++) list.push_back(begin[i]);
      return list;
    }
    case CT_REALS: {
      if (!isListOf(type, TypeKind::FloatType)) refuse(op, parameter, "a list of reals");
      auto *begin = static_cast<const double *>(value.pointer);
      c10::List<double> list;
      list.reserve(value.count);
      for (size_t i = 0; i < value.count; i++) list.push_back(begin[i]);
      return list;
    }
    case CT_TENSORS:
      if (!isListOf(type, TypeKind::TensorType) && !isListOfOptionalTensors(type))
        refuse(op, parameter, "a list of tensors");
      return tensors(value, type);
    case CT_STRING:
      if (kind != TypeKind::StringType) refuse(op, parameter, "a string");
      return std::string(static_cast<const char *>(value.pointer));
    case CT_DTYPE:
    case CT_MEMORY_FORMAT:
      return value.integer;
    case CT_DEVICE:
      return swiftlet::device(value.integer);
  }
  refuse(op, parameter, "an unknown tag");
}

/// Collects results, and releases them again if the call cannot be completed.
class Results {
 public:
  Results(ct_value *slots, size_t capacity) : slots(slots), capacity(capacity) {}
  ~Results() {
    if (isComplete) return;
    for (size_t i = 0; i < count; i++)
      if (slots[i].tag == CT_TENSOR) ct_tensor_release(static_cast<ct_tensor>(const_cast<void *>(slots[i].pointer)));
  }

  void append(const c10::OperatorHandle &op, const IValue &value) {
    if (value.isTensorList()) {
      for (const at::Tensor &tensor : value.toTensorVector()) append(op, IValue(tensor));
      return;
    }
    if (count == capacity) throw std::runtime_error(describe(op) + ": returns more results than were asked for");
    ct_value result{CT_NONE, 0, 0, nullptr, 0};
    if (value.isTensor()) {
      result.tag = CT_TENSOR;
      result.pointer = swiftlet::handle(value.toTensor());
    } else if (value.isInt()) {
      result = {CT_INTEGER, value.toInt(), 0, nullptr, 0};
    } else if (value.isDouble()) {
      result = {CT_REAL, 0, value.toDouble(), nullptr, 0};
    } else if (value.isBool()) {
      result = {CT_BOOLEAN, value.toBool(), 0, nullptr, 0};
    } else if (value.isScalar()) {
      result = {CT_REAL, 0, value.toScalar().toDouble(), nullptr, 0};
    } else {
      throw std::runtime_error(describe(op) + ": returns a " + value.tagKind() + ", which cannot cross to Swift");
    }
    slots[count++] = result;
  }

  size_t complete() {
    isComplete = true;
    return count;
  }

 private:
  ct_value *slots;
  size_t capacity;
  size_t count = 0;
  bool isComplete = false;
};

}  // namespace

ct_message ct_operator_find(const char *name, const char *overload, ct_operator *result) {
  return swiftlet::guarded([&] {
    // One small allocation per call site, kept for the life of the process.
    auto *op = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    *result = reinterpret_cast<ct_operator>(op);
  });
}

ct_message ct_operator_call(ct_operator opaque, const ct_value *arguments, size_t argumentCount, ct_value *results,
                            size_t resultCapacity, size_t *resultCount) {
  return swiftlet::guarded([&] {
    const auto &op = *reinterpret_cast<const c10::OperatorHandle *>(opaque);
    const auto &parameters = op.schema().arguments();
    if (argumentCount > parameters.size())
      throw std::runtime_error(describe(op) + ": takes " + std::to_string(parameters.size()) + " arguments, not " +
                               std::to_string(argumentCount));
    torch::jit::Stack stack;
    stack.reserve(parameters.size());
    for (size_t i = 0; i < parameters.size(); i++) {
      if (i < argumentCount) {
        stack.push_back(argument(op, parameters[i], arguments[i]));
      } else if (parameters[i].default_value()) {
        stack.push_back(*parameters[i].default_value());
      } else {
        throw std::runtime_error(describe(op) + ": argument '" + parameters[i].name() + "' is missing");
      }
    }
    op.callBoxed(stack);
    Results collected(results, resultCapacity);
    for (const IValue &value : stack) collected.append(op, value);
    *resultCount = collected.complete();
  });
}
