import CTorch

/// What libtorch answered to a call that it could not carry out.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  /// The operator or service that was called: `aten::matmul`.
  public let call: String
  /// libtorch's own sentence; for a mismatch it holds both shapes.
  public let message: String

  public init(call: String, message: String) {
    self.call = call
    self.message = message
  }

  public var description: String { "\(call): \(message)" }
}

/// Turns a message from the C boundary into an error.
func check(_ call: String, _ message: ct_message?) throws(TorchError) {
  guard let message else { return }
  defer { ct_message_free(message) }
  throw TorchError(call: call, message: String(cString: message))
}
