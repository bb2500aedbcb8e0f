import Files
import Foundation
import Learning
import Settings
import Torch
import Training

/// Exports a run's network into a folder, in formats that other programs read, with a model card:
///
///     model.safetensors   weights under timm's names; the metadata say how to prepare a sample
///     config.json         how timm builds the network, if it can
///     model.onnx          the network, for any number of samples
///     README.md           the model card
///
/// Each file is read back and has to compute the same as the run for random samples. Only then do they get their names,
/// all of them together: a folder that does not exist yet appears whole, and in one that does, no new file ever lies
/// beside an old one that it replaces.
package struct NetworkExport {
  package enum Format: String, Codable, Sendable, CaseIterable {
    case safetensors, onnx

    var file: String { "model.\(rawValue)" }
  }

  /// The comparison of a file with the run.
  package struct Check: Codable, Sendable {
    package let format: Format
    package let file: String
    /// The largest difference of features, or of a head's outputs, on random samples; divided by the largest value if
    /// that is above 1.
    package let largestDifference: Double
  }

  package enum Failure: Error, Sendable, CustomStringConvertible {
    case unwritable(path: String, reason: String)
    /// The file does not compute the same as the run. Nothing is kept.
    case differs(Check)

    package var description: String {
      switch self {
      case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
      case .differs(let check):
        "the features of \(check.file) differ from those of the run by \(check.largestDifference), so it was not "
          + "kept; please report this as an error in Swiftlet"
      }
    }
  }

  /// Sums of float32 differ in their last digits if they are computed in another order.
  static let tolerance = 1e-4
  /// The batch sizes of the check: a file that fits only one batch size fails with the other.
  static let sampleCounts = [1, 3]

  package let folder: String
  package let checks: [Check]
  /// All files that were written.
  package let files: [String]
  /// The name by which timm loads it; nil if timm cannot build such a network.
  package let timmName: String?
  /// Whether the card has lines of Python by which another library than timm loads the weights.
  package let hasCode: Bool

  /// The files that an export may write.
  package static func fileNames(
    of formats: [Format], for configuration: RunConfiguration, isFineTuned: Bool
  ) throws -> [String] {
    let own = formats.map(\.file) + (formats.contains(.safetensors) ? ["config.json"] : []) + ["README.md"]
    let companions = try Self.companionFiles(
      configuration.data.settings.exportCompanions(of: configuration.backbone), formats, isFineTuned: isFineTuned)
    return own + companions.map(\.name).filter { !own.contains($0) }
  }

  private static func companionFiles(
    _ companions: ExportCompanions, _ formats: [Format], isFineTuned: Bool
  ) -> [ExportCompanions.File] {
    companions.input + (formats.contains(.safetensors) && !isFineTuned ? companions.loading : [])
  }

  /// - Parameters:
  ///   - run: the run to export; its name is in the card.
  ///   - folder: created if it does not exist.
  ///   - replaces: whether files with the same names are replaced; otherwise nothing is written where there are any.
  /// - Throws: `Failure`, `RunFolder.Failure`, `TorchError`.
  package init(
    _ network: ExportedNetwork, of run: RunFolder, as formats: [Format] = Format.allCases, to folder: String,
    replaces: Bool = true, in wording: Wording = .neutral
  ) throws {
    self.folder = folder
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw Failure.unwritable(path: folder, reason: "it is a file; name a folder")
    }
    let exists = manager.fileExists(atPath: folder)
    let place: FolderDraft
    do throws(FileFailure) {
      place = try exists ? FolderDraft(inside: folder) : FolderDraft(for: folder)
    } catch {
      throw Failure.unwritable(path: folder, reason: error.reason)
    }
    let draft = place.draftPath
    let references = try Self.sampleCounts.map(network.reference)
    var checks: [Check] = []
    var files: [String] = []
    let timm = TimmModel(network)
    for format in formats {
      let path = "\(draft)/\(format.file)"
      let difference: Double
      switch format {
      case .safetensors:
        do {
          try network.writeSafetensors(to: path, forTimm: timm != nil)
        } catch Safetensors.Failure.unwritable(_, let reason) {
          throw Failure.unwritable(path: "\(folder)/\(format.file)", reason: reason)
        }
        difference = try network.difference(ofSafetensors: path, from: references)
        if let timm {
          try Self.write(RunConfiguration.encoder.encode(timm) + Data("\n".utf8), "config.json", in: place)
          files.append("config.json")
        }
      case .onnx:
        try Self.write(network.onnx(), format.file, in: place)
        difference = try network.difference(ofOnnx: path, from: references)
      }
      let check = Check(format: format, file: format.file, largestDifference: difference)
      guard difference <= Self.tolerance else { throw Failure.differs(check) }
      checks.append(check)
      files.append(format.file)
    }
    let companions = try network.configuration.data.settings.exportCompanions(of: network.configuration.backbone)
    for file in Self.companionFiles(companions, formats, isFineTuned: network.head != nil) {
      let (name, contents) = (file.name, file.contents)
      if let slash = name.lastIndex(of: "/") {
        for base in exists ? [draft, folder] : [draft] {
          do throws(FileFailure) {
            try makeFolder("\(base)/\(name[..<slash])")
          } catch {
            throw Failure.unwritable(path: error.path, reason: error.reason)
          }
        }
      }
      try Self.write(contents, name, in: place)
      files.append(name)
    }
    let code = formats.contains(.safetensors) && network.head == nil ? companions.code : []
    hasCode = !code.isEmpty
    let card = try ModelCard(of: network, run: run, checks: checks, isForTimm: timm != nil, code: code, in: wording)
    try Self.write(Data(card.text.utf8), "README.md", in: place)
    files.append("README.md")
    do throws(FileFailure) {
      if exists { try place.move(files, into: folder, replaces: replaces) } else { try place.publish() }
    } catch {
      throw Failure.unwritable(path: error.path, reason: error.reason)
    }
    self.checks = checks
    self.files = files
    timmName = timm == nil || !formats.contains(.safetensors) ? nil : "local-dir:\(folder)"
  }

  private static func write(_ data: Data, _ name: String, in place: FolderDraft) throws(Failure) {
    do throws(FileFailure) {
      try writeNewFile(data, to: place.draftPath + "/" + name)
    } catch {
      let failure = place.named(error)
      throw .unwritable(path: failure.path, reason: failure.reason)
    }
  }
}
