import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for gradients.
  public var requiresGrad: Bool { ct_tensor_requires_grad(raw) }

  /// Turns gradients of a leaf on or off, and returns the leaf.
  @discardableResult
  public func requireGrad(_ value: Bool = true) throws(TorchError) -> Tensor {
    try check("requires_grad", ct_tensor_set_requires_grad(raw, value))
    return self
  }

  /// The gradient accumulated in this leaf, if any.
  public func grad() throws(TorchError) -> Tensor? {
    var result: ct_tensor?
    try check("grad", ct_tensor_grad(raw, &result))
    return result.map { Tensor(owning: $0) }
  }

  /// Forgets the accumulated gradient and frees its memory.
  public func clearGrad() throws(TorchError) { try check("clear grad", ct_tensor_clear_grad(raw)) }

  /// Accumulates the gradients of this tensor in the leaves that it was computed from.
  ///
  /// - Parameter gradient: the incoming gradient, of the same shape; nil for a single value.
  public func backward(_ gradient: Tensor? = nil) throws(TorchError) {
    try check("backward", ct_backward(raw, gradient?.raw))
  }
}

extension Tensor {
  /// This single value, with gradients that were computed together with it: `backward` multiplies each by the incoming
  /// gradient and passes the product to its input. For losses that compute their gradient more cheaply than autograd
  /// would. First order only.
  ///
  /// - Parameter gradients: pairs of an input and its gradient, both of the same shape.
  public func attaching(_ gradients: [(input: Tensor, gradient: Tensor)]) throws(TorchError) -> Tensor {
    let inputs: [ct_tensor?] = gradients.map(\.input.raw)
    let values: [ct_tensor?] = gradients.map(\.gradient.raw)
    var result: ct_tensor?
    try check("attach gradient", ct_attach_gradient(raw, inputs, values, gradients.count, &result))
    // The handles above are borrowed, so that the tensors must outlive the call.
    withExtendedLifetime(gradients) {}
    guard let result else { throw TorchError(call: "attach gradient", message: "there is no value") }
    return Tensor(owning: result)
  }
}

/// Whether operations on this thread are recorded for gradients.
package var recordsGradients: Bool { ct_grad_mode() }

/// Runs `body` without recording gradients.
///
/// Grad mode belongs to the operating-system thread, so the closure is synchronous.
public func noGrad<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  let before = ct_grad_mode()
  ct_set_grad_mode(false)
  defer { ct_set_grad_mode(before) }
  return try body()
}

/// Runs `body` in mixed precision: operators on PyTorch's autocast lists compute in `dtype`.
///
/// Does nothing for float32. Autocast belongs to the operating-system thread, so the closure is synchronous.
public func autocast<Result>(
  to dtype: DType, on device: Device, _ body: () throws(TorchError) -> Result
) throws(TorchError) -> Result {
  guard dtype != .float32 else { return try body() }
  try check("autocast", ct_autocast_enter(device.code, dtype.rawValue))
  let result: Result
  do throws(TorchError) {
    result = try body()
  } catch {
    try check("autocast", ct_autocast_exit(device.code))
    throw error
  }
  try check("autocast", ct_autocast_exit(device.code))
  return result
}
