import Backbones
import Foundation
import Layers
import Learning
import Settings
import Torch

/// Weights that a network begins with instead of random ones: those of another run, or of a safetensors file with the names
/// of timm, torchvision or DINOv2.
package struct StartingWeights {
  /// As the user called it.
  package let source: String
  /// What was done to them, a sentence each.
  package private(set) var notes: [String] = []
  private let state: [String: Tensor]

  /// - Parameters:
  ///   - place: the folder of a run, or a safetensors file.
  ///   - catalogue: what the run may be of.
  /// - Throws: `RunFolder.Failure`, `Safetensors.Failure`; `Failure.notSafetensors` for files of other kinds.
  package init(_ place: String, _ catalogue: Catalogue) throws {
    source = place
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
    var place = place
    let inside = "\(place)/model.safetensors"
    if exists, isFolder.boolValue, !FileManager.default.fileExists(atPath: RunFolder(place, catalogue).configuration),
      FileManager.default.fileExists(atPath: inside)
    {
      place = inside
    } else if exists, isFolder.boolValue {
      let encoder = try Encoder(of: RunFolder(place, catalogue))
      for damage in encoder.damaged { notes.append("\(damage); using the one before it") }
      state = Dictionary(uniqueKeysWithValues: try encoder.backbone.state().map { ($0.name, $0.tensor) })
      return
    }
    let suffix = URL(fileURLWithPath: place).pathExtension.lowercased()
    if ["pt", "pth", "bin", "ckpt", "npz"].contains(suffix) { throw Failure.notSafetensors(place) }
    let read = try Safetensors.read(place).unwrapped()
    let layout = WeightLayout(of: read)
    state = try noGrad { () throws(TorchError) in
      var state: [String: Tensor] = [:]
      for (name, tensor) in read {
        let isReal = tensor.dtype != .int64 && tensor.dtype != .bool
        state[name] = isReal ? try tensor.to(dtype: .float32) : tensor
      }
      return try layout.renamed(state)
    }
    notes.append("'\(place)' holds \(read.count) weights under \(layout.rawValue).")
  }

  /// Why weights cannot be begun with.
  package enum Failure: Error, Sendable, Explained {
    /// Only safetensors are read: nothing in them executes.
    case notSafetensors(String)
    /// The weights do not fit the network; `settings` are those that decide which network it is.
    case misfit(source: String, network: String, settings: [String], StateMismatch)

    package var explanation: Explanation {
      switch self {
      case .notSafetensors(let path):
        """
        \(path) is a Python pickle, which can execute code, so Swiftlet does not read it. Save the weights as safetensors: \
        safetensors.torch.save_file(model.state_dict(), "weights.safetensors")
        """
      case .misfit(let source, let network, let settings, let mismatch):
        """
        the weights of \(source) do not fit \(network):\(lines: mismatch.lines.map { "  " + $0 })\
        choose the network that they are of (\(settings: settings, "or"))\(Self.partly(mismatch))
        """
      }
    }

    private static func partly(_ mismatch: StateMismatch) -> Explanation {
      mismatch.fitting == 0 ? "" : ", or take what fits (\(setting: "init-partial"))"
    }
  }

  /// The state of a network of this configuration that begins with these weights.
  ///
  /// - Parameters:
  ///   - isPartial: takes what fits and leaves the rest random; else anything that does not fit is an error. A
  ///     classifier's last layer is left out either way.
  /// - Throws: `Failure.misfit`; also where not a single weight fits.
  /// - Returns: names and tensors, and what a user should know, a sentence each.
  package func fitted(
    to configuration: BackboneConfiguration, isPartial: Bool
  ) throws -> (state: [(name: String, tensor: Tensor)], notes: [String]) {
    let network = try configuration.build()
    var notes = notes
    var offered = state
    let heads = offered.keys.filter { name in Self.heads.contains { name.hasPrefix($0) } }.sorted()
    if !heads.isEmpty {
      notes.append("Left out, as a classifier's last layer: \(heads.joined(separator: ", ")).")
      for name in heads { offered[name] = nil }
    }
    let own = try network.state()
    if let note = try Self.resizePositions(in: &offered, for: own) { notes.append(note) }
    var taken: [String: Tensor] = [:]
    var (missing, misshapen): ([String], [(name: String, expected: [Int], found: [Int])]) = ([], [])
    for (name, tensor) in own {
      guard let found = offered.removeValue(forKey: name) else {
        // Counts steps, for a momentum that nothing here uses.
        if !name.hasSuffix("num_batches_tracked") { missing.append(name) }
        continue
      }
      if found.shape == tensor.shape {
        taken[name] = found
      } else {
        misshapen.append((name, tensor.shape, found.shape))
      }
    }
    let misfit = StateMismatch(
      fitting: taken.count, missing: missing, unused: offered.keys.sorted(), misshapen: misshapen)
    guard misfit.isNone || (isPartial && !taken.isEmpty) else {
      let settings = ["backbone"] + type(of: configuration.settings).options.map(\.name)
      throw Failure.misfit(source: source, network: configuration.title, settings: settings, misfit)
    }
    if !misfit.isNone { notes.append("Taken in part: " + misfit.lines.joined(separator: "; ") + ".") }
    try noGrad { () throws(TorchError) in
      for (name, tensor) in own { if let found = taken[name] { try tensor.copy_(found) } }
    }
    return (own, notes)
  }

  private static let heads = ["fc.", "head.", "classifier.", "heads."]

  /// Positions learned on another grid are interpolated, as timm does.
  private static func resizePositions(
    in offered: inout [String: Tensor], for own: [(name: String, tensor: Tensor)]
  ) throws(TorchError) -> String? {
    guard let found = offered["pos_embed"], let wanted = own.first(where: { $0.name == "pos_embed" })?.tensor,
      found.rank == 3, found.shape != wanted.shape, found.shape[2] == wanted.shape[2]
    else { return nil }
    let extra = own.contains { $0.name == "cls_token" } ? 1 : 0
    let (from, to) = (squareRoot(found.shape[1] - extra), squareRoot(wanted.shape[1] - extra))
    guard let from, let to, from != to else { return nil }
    let width = found.shape[2]
    let patches = try found.narrowed(1, extra..<found.shape[1])
    let grid = try patches.reshaped([1, from, from, width]).permuted([0, 3, 1, 2]).contiguous()
    let resized = try resizedBicubic(grid, height: to, width: to).permuted([0, 2, 3, 1]).reshaped([1, to * to, width])
    offered["pos_embed"] =
      extra == 0 ? resized : try concatenate([found.narrowed(1, 0..<extra), resized], dimension: 1)
    return "Positions were learned for \(from) × \(from) patches, and are interpolated for \(to) × \(to)."
  }

  private static func squareRoot(_ count: Int) -> Int? {
    let root = Int(Double(max(0, count)).squareRoot().rounded())
    return root > 0 && root * root == count ? root : nil
  }
}

extension Module {
  /// Copies a backbone's state into every network below this module that has all its names: students and teachers.
  func begin(with state: [String: Tensor]) throws(TorchError) {
    let own = try self.state()
    let first = state.keys.min() ?? ""
    let prefixes = own.map(\.name).filter { $0.hasSuffix(first) }.map { String($0.dropLast(first.count)) }
    let names = Set(own.map(\.name))
    for prefix in Set(prefixes) where state.keys.allSatisfy({ names.contains(prefix + $0) }) {
      try noGrad { () throws(TorchError) in
        for (name, tensor) in own where name.hasPrefix(prefix) {
          if let found = state[String(name.dropFirst(prefix.count))], found.shape == tensor.shape {
            try tensor.copy_(found)
          }
        }
      }
    }
  }
}
