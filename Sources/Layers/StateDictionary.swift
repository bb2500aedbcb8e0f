import Settings
import Torch

/// The differences between a module and a state that does not fit it.
public struct StateMismatch: Error, Sendable, CustomStringConvertible {
  public let missing: [String]
  public let unused: [String]
  /// Names with the shape in the module and the shape in the state.
  public let misshapen: [(name: String, expected: [Int], found: [Int])]

  /// How many names of each sort the sentence holds.
  private static let shown = 5

  public var description: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("missing: \(listed(missing, limit: Self.shown))") }
    if !unused.isEmpty { parts.append("not part of the model: \(listed(unused, limit: Self.shown))") }
    if !misshapen.isEmpty {
      let shapes = misshapen.map { "\($0.name) is \($0.found), expected \($0.expected)" }
      parts.append("of another shape: \(listed(shapes, limit: Self.shown))")
    }
    return "the weights do not fit the model; " + parts.joined(separator: "; ")
  }
}

extension Module {
  /// Parameters and buffers by dotted path, without autograd history. Shares memory with the module.
  public func state() throws(TorchError) -> [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    for (name, parameter) in namedParameters { result.append((name, try parameter.tensor.detach())) }
    for (name, buffer) in namedBuffers { result.append((name, buffer.tensor)) }
    return result
  }

  /// Copies `state` into this module. Strict: nothing changes unless every name and shape fits.
  ///
  /// - Parameter ignored: prefixes of names in `state` to leave out, such as `fc.` of a classifier.
  /// - Throws: `StateMismatch` with the names that are missing, unused or of another shape; `TorchError`.
  public func load(_ state: [String: Tensor], ignoring ignored: [String] = []) throws {
    let own = try self.state()
    let ownNames = Set(own.map(\.name))
    let mismatch = StateMismatch(
      missing: own.filter { state[$0.name] == nil }.map(\.name),
      unused: state.keys.filter { name in !ownNames.contains(name) && !ignored.contains { name.hasPrefix($0) } }
        .sorted(),
      misshapen: own.compactMap { entry in
        guard let offered = state[entry.name], offered.shape != entry.tensor.shape else { return nil }
        return (entry.name, entry.tensor.shape, offered.shape)
      })
    guard mismatch.missing.isEmpty, mismatch.unused.isEmpty, mismatch.misshapen.isEmpty else { throw mismatch }
    try noGrad {
      for (name, tensor) in own {
        if let offered = state[name] { try tensor.copy_(offered) }
      }
    }
  }
}
