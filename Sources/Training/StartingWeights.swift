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
  /// The vision transformer that the weights of a file are of, by their shapes; nil for other networks, and for a run.
  package let transformer: FoundTransformer?
  private let state: [String: Tensor]
  private let interpolation: PositionInterpolation

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
      (transformer, interpolation) = (nil, .antialiased)
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
    transformer = try FoundTransformer(state, read, besideFile: place)
    interpolation = layout.interpolation(hasRegisters: state["reg_token"] != nil)
    notes.append("'\(place)' holds \(read.count) weights under \(layout.rawValue).")
  }

  /// The weights of a file, or of the only file in a folder; nil where `place` is neither.
  package init?(file place: String, _ catalogue: Catalogue) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return nil }
    if isFolder.boolValue {
      guard !FileManager.default.fileExists(atPath: RunFolder(place, catalogue).configuration),
        FileManager.default.fileExists(atPath: "\(place)/model.safetensors")
      else { return nil }
    }
    try self.init(place, catalogue)
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
    if let note = try resizePositions(in: &offered, for: own) { notes.append(note) }
    if offered.keys.contains(where: { $0.hasSuffix(".ls1.gamma") }),
      !own.contains(where: { $0.name.hasSuffix(".ls1.gamma") })
    {
      offered = try noGrad { () throws(TorchError) in try offered.withoutLayerScale() }
      notes.append("Scales behind its branches are multiplied into the layers before them, which computes the same.")
    }
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

  /// Positions learned on another grid are interpolated, as the code that they come from does.
  private func resizePositions(
    in offered: inout [String: Tensor], for own: [(name: String, tensor: Tensor)]
  ) throws(TorchError) -> String? {
    guard let found = offered["pos_embed"], let wanted = own.first(where: { $0.name == "pos_embed" })?.tensor,
      found.rank == 3, found.shape != wanted.shape, found.shape[2] == wanted.shape[2]
    else { return nil }
    let extra = own.contains { $0.name == "cls_token" } && !own.contains { $0.name == "reg_token" } ? 1 : 0
    let (from, to) = (Self.squareRoot(found.shape[1] - extra), Self.squareRoot(wanted.shape[1] - extra))
    guard let from, let to, from != to else { return nil }
    let width = found.shape[2]
    let patches = try found.narrowed(1, extra..<found.shape[1])
    let grid = try patches.reshaped([1, from, from, width]).permuted([0, 3, 1, 2]).contiguous()
    let resized = try interpolation(grid, to: to).permuted([0, 2, 3, 1]).reshaped([1, to * to, width])
    offered["pos_embed"] =
      extra == 0 ? resized : try concatenate([found.narrowed(1, 0..<extra), resized], dimension: 1)
    return "Positions were learned for \(from) × \(from) patches, and are interpolated for \(to) × \(to)."
  }

  static func squareRoot(_ count: Int) -> Int? {
    let root = Int(Double(max(0, count)).squareRoot().rounded())
    return root > 0 && root * root == count ? root : nil
  }
}

/// What stands before the names of each network that has all of `names`, in a module with these names: "student.backbone.".
func prefixes(ofNetworkWith names: [String], among all: [String]) -> Set<String> {
  let (known, first) = (Set(all), names.min() ?? "")
  let candidates = all.filter { $0.hasSuffix(first) }.map { String($0.dropLast(first.count)) }
  return Set(candidates).filter { prefix in names.allSatisfy { known.contains(prefix + $0) } }
}

extension Module {
  /// Copies a backbone's state into every network below this module that has all its names: students and teachers.
  func begin(with state: [String: Tensor]) throws(TorchError) {
    let own = try self.state()
    for prefix in prefixes(ofNetworkWith: Array(state.keys), among: own.map(\.name)) {
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
