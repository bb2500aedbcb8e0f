import Backbones
import Datasets
import Foundation
import Layers
import Torch
import Training

/// A run's network in a folder of its own, in formats that others read, with a card that says what it is:
///
///     model.safetensors   weights under timm's names, how to prepare a sample in the metadata
///     config.json         how timm builds the network, where it can
///     model.onnx          the network, for any number of samples
///     README.md           the model card
///
/// Each file is read back and computes, of random samples, what the run computes; only then it gets its name.
public struct NetworkExport {
  public enum Format: String, Codable, Sendable, CaseIterable {
    case safetensors, onnx

    var file: String { "model.\(rawValue)" }
  }

  /// How a file compares with the run.
  public struct Check: Codable, Sendable {
    public let format: Format
    public let file: String
    /// Between any two features, or outputs of a head, of samples of noise; in units of the largest where that is above 1.
    public let largestDifference: Double
  }

  public enum Failure: Error, Sendable, CustomStringConvertible {
    case unwritable(path: String, reason: String)
    /// The file does not compute what the run does. Nothing is kept.
    case differs(Check)

    public var description: String {
      switch self {
      case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
      case .differs(let check):
        "\(check.file) gives other features than the run, by \(check.largestDifference), and was not kept; please report this "
          + "as an error of Swiftlet's"
      }
    }
  }

  /// Computed in another order, sums of float32 differ in their last digits.
  static let tolerance = 1e-4
  /// Samples to check with at a time: a file that is made for one number of them fails with the other.
  static let sampleCounts = [1, 3]

  public let folder: String
  public let checks: [Check]
  /// All files that were written.
  public let files: [String]
  /// How timm is told to load it; nil where timm builds no such network.
  public let timmName: String?

  /// - Parameters:
  ///   - run: its name stands in the card.
  ///   - folder: made where it is not there; files of the same names are replaced.
  /// - Throws: `Failure`, `RunFolder.Failure`, `TorchError`.
  public init(
    _ network: ExportedNetwork, of run: RunFolder, as formats: [Format] = Format.allCases, to folder: String
  ) throws {
    self.folder = folder
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw Failure.unwritable(path: folder, reason: "it is a file; name a folder")
    }
    let draft = "\(folder)/.draft-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? manager.removeItem(atPath: draft) }
    do {
      try manager.createDirectory(atPath: draft, withIntermediateDirectories: true)
    } catch {
      throw Failure.unwritable(path: folder, reason: systemReason(of: error))
    }
    let references = try Self.sampleCounts.map(network.reference)
    var checks: [Check] = []
    var files: [String] = []
    let timm = TimmModel(network)
    for format in formats {
      let path = "\(draft)/\(format.file)"
      let difference: Double
      switch format {
      case .safetensors:
        try network.writeSafetensors(to: path, forTimm: timm != nil)
        difference = try network.difference(ofSafetensors: path, from: references)
        if let timm {
          try Self.write(try Preprocessing.json(timm, isPretty: true) + "\n", to: "\(draft)/config.json")
          files.append("config.json")
        }
      case .onnx:
        try Self.write(network.onnx(), to: path)
        difference = try network.difference(ofOnnx: path, from: references)
      }
      let check = Check(format: format, file: format.file, largestDifference: difference)
      guard difference <= Self.tolerance else { throw Failure.differs(check) }
      checks.append(check)
      files.append(format.file)
    }
    let card = try ModelCard(of: network, run: run, checks: checks, isForTimm: timm != nil)
    try Self.write(card.text, to: "\(draft)/README.md")
    files.append("README.md")
    for file in files {
      guard rename("\(draft)/\(file)", "\(folder)/\(file)") == 0 else {
        throw Failure.unwritable(path: "\(folder)/\(file)", reason: String(cString: strerror(errno)))
      }
    }
    self.checks = checks
    self.files = files
    timmName = timm == nil || !formats.contains(.safetensors) ? nil : "local-dir:\(folder)"
  }

  private static func write(_ text: String, to path: String) throws(Failure) { try write(Data(text.utf8), to: path) }

  private static func write(_ data: Data, to path: String) throws(Failure) {
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw .unwritable(path: path, reason: systemReason(of: error))
    }
  }
}

extension ExportedNetwork {
  // MARK: Safetensors

  /// What the metadata of a file says.
  private func metadata() throws -> [String: String] {
    var notes = [
      // For libraries that ask which of them wrote a file.
      "format": "pt", "swiftlet": swiftletVersion, "method": configuration.method.name.rawValue,
      "preset": configuration.preset, "backbone": try Preprocessing.json(configuration.backbone),
      "preprocessing": try Preprocessing(data: configuration.data).json,
    ]
    if let head { notes["target"] = try Preprocessing.json(head.target) }
    return notes
  }

  func writeSafetensors(to path: String, forTimm isForTimm: Bool) throws {
    try Safetensors.write(backbone + headState(forTimm: isForTimm), metadata: metadata(), to: path)
  }

  private func headState(forTimm isForTimm: Bool) -> [(name: String, tensor: Tensor)] {
    guard let head else { return [] }
    let prefix = isForTimm ? "\(TimmModel.headName(of: configuration.backbone))." : "head."
    return head.state.map { name, tensor in (prefix + (isForTimm ? String(name.dropFirst("0.".count)) : name), tensor) }
  }

  /// Of features that a network computes with the file's weights.
  func difference(ofSafetensors path: String, from references: [Reference]) throws -> Double {
    let other = try configuration.backbone.build()
    let own = Set(backbone.map(\.name))
    try other.load(Safetensors.read(path).filter { own.contains($0.key) })
    other.setTraining(false)
    return try noGrad {
      try references.map { try largestDifference(other($0.samples), from: $0.features) }.max() ?? 0
    }
  }

  // MARK: ONNX

  private enum Output {
    static let features = "features"
    static let probabilities = "probabilities"
    static let value = "value"
  }

  /// The bytes of a file with the input `input` and the output `features`; with a head also `probabilities` [batch, classes],
  /// or a `value` [batch, 1].
  func onnx() throws -> Data {
    try noGrad {
      var builder = OnnxBuilder(
        state: Dictionary(
          uniqueKeysWithValues: backbone + (head?.state ?? []).map { ("head." + $0.name, $0.tensor) }))
      let input = builder.input("input", [nil] + sampleShape.map(Optional.init))
      let features = try builder.features(input, configuration.backbone)
      builder.output(Output.features, features, [nil, featureCount])
      if let head {
        let outputs = try builder.perceptron(features, layers: head.layerCount, under: "head.", isHead: true)
        let shape = [nil, head.target.outputCount]
        switch head.target {
        case .oneOf:
          let told = builder.add("Softmax", outputs, attributes: ["axis": .integer(1)])
          builder.output(Output.probabilities, told, shape)
        case .anyOf: builder.output(Output.probabilities, builder.add("Sigmoid", outputs), shape)
        case .number: builder.output(Output.value, outputs, shape)
        }
      }
      return try builder.graph.encoded() + OnnxGraph.encoded(metadata())
    }
  }

  /// Of features and what is told, as the file says how to compute them.
  func difference(ofOnnx path: String, from references: [Reference]) throws -> Double {
    let graph = try OnnxGraph(readingFrom: Data(contentsOf: URL(fileURLWithPath: path)))
    return try noGrad {
      var largest = 0.0
      for reference in references {
        let outputs = try graph.run(["input": reference.samples])
        guard let features = outputs[Output.features] else { return .infinity }
        largest = max(largest, try largestDifference(features, from: reference.features))
        if head != nil {
          guard let told = outputs[Output.probabilities] ?? outputs[Output.value] else { return .infinity }
          let expected = try Tensor(reference.told, shape: told.shape)
          largest = max(largest, try largestDifference(told.to(dtype: .float64), from: expected))
        }
      }
      return largest
    }
  }
}

/// In units of the largest value expected where that is above 1; infinite where it is no number.
private func largestDifference(_ found: Tensor, from expected: Tensor) throws(TorchError) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  let difference = try (found - expected).magnitude().max().item() / max(1, expected.magnitude().max().item())
  return difference.isNaN ? .infinity : difference
}
