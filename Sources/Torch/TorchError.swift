import CTorch

/// The error of a call to libtorch that failed.
public struct TorchError: Error, Sendable, CustomStringConvertible {
  /// The operator or function that was called: `aten::matmul`.
  public let call: String
  /// The message of libtorch; for a mismatch it holds both shapes.
  public let message: String
  /// The number of another process that is gone or hangs; the message is a sentence about it then.
  package var lostProcess: Int?
  /// Whether that process ended by itself and said why.
  package var lostHasSpoken = false

  public init(call: String, message: String) {
    self.call = call
    self.message = message
  }

  init(call: String, message: String, lostProcess: Int?, hasSpoken: Bool) {
    self.init(call: call, message: message)
    self.lostProcess = lostProcess
    lostHasSpoken = hasSpoken
  }

  public var description: String { lostProcess == nil ? "\(call): \(message)" : message }
}

/// Turns a message from the C boundary into an error.
func check(_ call: String, _ message: ct_message?) throws(TorchError) {
  guard let message else { return }
  defer { ct_message_free(message) }
  throw TorchError(call: call, message: String(cString: message))
}
