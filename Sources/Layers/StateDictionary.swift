import Settings
import Torch

/// What a module and a state do not share.
package struct StateMismatch: Error, Sendable, CustomStringConvertible {
  /// How many tensors fit.
  package let fitting: Int
  /// Those that the module wants and the state lacks.
  package let missing: [String]
  /// Those that the state has and the module does not.
  package let unused: [String]
  /// Names with the shape in the module and the shape in the state.
  package let misshapen: [(name: String, expected: [Int], found: [Int])]

  package init(
    fitting: Int, missing: [String], unused: [String], misshapen: [(name: String, expected: [Int], found: [Int])]
  ) {
    self.fitting = fitting
    self.missing = missing
    self.unused = unused
    self.misshapen = misshapen
  }

  package var isNone: Bool { missing.isEmpty && unused.isEmpty && misshapen.isEmpty }

  /// How many names of each sort a line holds.
  private static let shown = 8

  /// For people, the longest lists cut.
  package var lines: [String] {
    var lines = ["\(fitting) weights fit"]
    if !missing.isEmpty { lines.append("missing: \(listed(missing, limit: Self.shown))") }
    if !unused.isEmpty { lines.append("not part of the network: \(listed(unused, limit: Self.shown))") }
    if !misshapen.isEmpty {
      let shapes = misshapen.map { "\($0.name) is \($0.found), expected \($0.expected)" }
      lines.append("of another shape: \(listed(shapes, limit: Self.shown))")
    }
    return lines
  }

  package var description: String { "the weights do not fit the network; " + lines.joined(separator: "; ") }
}

extension Module {
  /// Parameters and buffers by dotted path, without autograd history. Shares memory with the module.
  package func state() throws(TorchError) -> [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    for (name, parameter) in namedParameters { result.append((name, try parameter.tensor.detach())) }
    for (name, buffer) in namedBuffers { result.append((name, buffer.tensor)) }
    return result
  }

  /// Copies `state` into this module. Strict: nothing changes unless every name and shape fits.
  ///
  /// - Parameter ignored: prefixes of names in `state` to leave out, such as `fc.` of a classifier.
  /// - Throws: `StateMismatch` with the names that are missing, unused or of another shape; `TorchError`.
  package func load(_ state: [String: Tensor], ignoring ignored: [String] = []) throws {
    let own = try self.state()
    let ownNames = Set(own.map(\.name))
    let mismatch = StateMismatch(
      fitting: own.count { state[$0.name]?.shape == $0.tensor.shape },
      missing: own.filter { state[$0.name] == nil }.map(\.name),
      unused: state.keys.filter { name in !ownNames.contains(name) && !ignored.contains { name.hasPrefix($0) } }
        .sorted(),
      misshapen: own.compactMap { entry in
        guard let offered = state[entry.name], offered.shape != entry.tensor.shape else { return nil }
        return (entry.name, entry.tensor.shape, offered.shape)
      })
    guard mismatch.isNone else { throw mismatch }
    try noGrad {
      for (name, tensor) in own {
        if let offered = state[name] { try tensor.copy_(offered) }
      }
    }
  }
}
