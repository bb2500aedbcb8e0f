import Foundation
import Learning
import Settings
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
  ///   - wording: how the card names what a reader can do.
  /// - Throws: `Failure`, `RunFolder.Failure`, `TorchError`.
  public init(
    _ network: ExportedNetwork, of run: RunFolder, as formats: [Format] = Format.allCases, to folder: String,
    in wording: Wording = .neutral
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
          try Self.write(RunConfiguration.encoder.encode(timm) + Data("\n".utf8), to: "\(draft)/config.json")
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
    let card = try ModelCard(of: network, run: run, checks: checks, isForTimm: timm != nil, in: wording)
    try Self.write(Data(card.text.utf8), to: "\(draft)/README.md")
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

  private static func write(_ data: Data, to path: String) throws(Failure) {
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw .unwritable(path: path, reason: systemReason(of: error))
    }
  }
}
