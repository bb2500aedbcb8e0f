// libtorch marks in-place operations with a trailing underscore.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// In-place and multi-tensor operations, for optimisers, moving averages and initialisation. Call them inside `noGrad`,
/// so that they are not recorded for gradients; the exception is an activation that nothing else refers to.
private enum InPlace {
  static let copy = Operator("copy_")
  static let zero = Operator("zero_")
  static let fill = Operator("fill_", "Scalar")
  static let normal = Operator("normal_")
  static let uniform = Operator("uniform_")
  static let addScaled = Operator("add_", "Tensor")
  static let addConstant = Operator("add_", "Scalar")
  static let multiply = Operator("mul_", "Scalar")
  static let exponential = Operator("exp_")
  static let relu = Operator("relu_")
  static let addProduct = Operator("addmm_")
  static let fusedAdamW = Operator("_fused_adamw_")
  static let fusedSGD = Operator("_fused_sgd_")
  static let foreachAdd = Operator("_foreach_add_", "List")
  static let foreachMultiply = Operator("_foreach_mul_", "Scalar")
  static let foreachMultiplyEach = Operator("_foreach_mul_", "List")
  static let foreachNorm = Operator("_foreach_norm", "Scalar")
}

extension Tensor {
  package func copy_(_ source: Tensor) throws(TorchError) { try InPlace.copy(.tensor(self), .tensor(source)) }
  package func zero_() throws(TorchError) { try InPlace.zero(.tensor(self)) }
  package func fill_(_ value: Double) throws(TorchError) { try InPlace.fill(.tensor(self), .real(value)) }
  package func normal_(mean: Double = 0, deviation: Double) throws(TorchError) {
    try InPlace.normal(.tensor(self), .real(mean), .real(deviation))
  }
  package func uniform_(_ range: ClosedRange<Double>) throws(TorchError) {
    try InPlace.uniform(.tensor(self), .real(range.lowerBound), .real(range.upperBound))
  }
  /// self += scale · other
  package func add_(_ other: Tensor, scale: Double = 1) throws(TorchError) {
    try InPlace.addScaled(.tensor(self), .tensor(other), .real(scale))
  }
  package func add_(_ value: Int) throws(TorchError) { try InPlace.addConstant(.tensor(self), .integer(value)) }
  /// For a tensor that nothing else refers to, including the backward pass of the operation that made it.
  package func relu_() throws(TorchError) { try InPlace.relu(.tensor(self)) }
  package func exp_() throws(TorchError) { try InPlace.exponential(.tensor(self)) }
  /// self += scale · a b for matrices.
  package func addProduct_(_ a: Tensor, _ b: Tensor, scale: Double = 1) throws(TorchError) {
    try InPlace.addProduct(.tensor(self), .tensor(a), .tensor(b), 1.0, .real(scale))
  }
  package func multiply_(_ factor: Double) throws(TorchError) { try InPlace.multiply(.tensor(self), .real(factor)) }
}

/// Operations over many tensors in one call.
package enum MultiTensor {
  /// targets[i] += scale · others[i]
  package static func add_(_ targets: [Tensor], _ others: [Tensor], scale: Double = 1) throws(TorchError) {
    try InPlace.foreachAdd.perform(.tensors(targets), .tensors(others), .real(scale))
  }

  package static func multiply_(_ targets: [Tensor], _ factor: Double) throws(TorchError) {
    try InPlace.foreachMultiply.perform(.tensors(targets), .real(factor))
  }

  /// targets[i] *= factors[i], each factor a single value
  package static func multiply_(_ targets: [Tensor], _ factors: [Tensor]) throws(TorchError) {
    try InPlace.foreachMultiplyEach.perform(.tensors(targets), .tensors(factors))
  }

  /// The Euclidean norm of each tensor.
  package static func norms(_ tensors: [Tensor]) throws(TorchError) -> [Tensor] {
    try InPlace.foreachNorm.all(.tensors(tensors), 2, capacity: tensors.count)
  }

  /// One AdamW step (Loshchilov & Hutter 2019) by PyTorch's fused kernel; each of `steps` is a single float32 value,
  /// the number of this step, from 1.
  package static func adamW_(
    _ parameters: [Tensor], gradients: [Tensor], firstMoments: [Tensor], secondMoments: [Tensor], steps: [Tensor],
    learningRate: Double, betas: (Double, Double), weightDecay: Double, epsilon: Double
  ) throws(TorchError) {
    try InPlace.fusedAdamW.perform(
      .tensors(parameters), .tensors(gradients), .tensors(firstMoments), .tensors(secondMoments), .tensors([]),
      .tensors(steps), .real(learningRate), .real(betas.0), .real(betas.1), .real(weightDecay), .real(epsilon), false,
      false)
  }

  /// One step of SGD with momentum by PyTorch's fused kernel. The first step sets the momentum buffers to the gradient.
  package static func sgd_(
    _ parameters: [Tensor], gradients: [Tensor], momenta: [Tensor], learningRate: Double, momentum: Double,
    weightDecay: Double, isNesterov: Bool, isFirstStep: Bool
  ) throws(TorchError) {
    try InPlace.fusedSGD.perform(
      .tensors(parameters), .tensors(gradients), .tensors(momenta), .real(weightDecay), .real(momentum),
      .real(learningRate), 0.0, .boolean(isNesterov), false, .boolean(isFirstStep))
  }
}
