import Foundation
import Swiftlet
import TestSupport
import Testing

/// The library's short ways: each method with its default arguments, on the kinds of data that it fits.
@Suite struct FactoryTests {
  private static let ofPictures: [MethodRequest] = [
    .simCLR(), .moCoV2(), .moCoV3(), .supCon(), .dcl(), .byol(), .simSiam(), .barlowTwins(), .vicReg(), .nnclr(),
    .leJEPA(),
    .visReg(), .rotation(), .jigsaw(), .swAV(), .dino(), .mae(), .iJEPA(),
  ]
  private static let ofTables: [MethodRequest] = [.scarf(), .vime()]
  private static let ofTexts: [MethodRequest] = [.maskedTokens(), .simCSE(), .tsdae(), .pairs()]
  private static let ofSeries: [MethodRequest] = [.ts2vec()]
  private static let ofSound: [MethodRequest] = [.byolA(), .cola()]

  private var small: RunRequest {
    var request = RunRequest()
    request.batchSize = 4
    request.computeThreads = 1
    request.precision = .float32
    return request
  }

  @Test func everyMethodHasOne() {
    let names = (Self.ofPictures + Self.ofTables + Self.ofTexts + Self.ofSeries + Self.ofSound).map(\.name)
    #expect(Set(names) == Set(Catalogue.standard.methodNames) && names.count == Set(names).count)
  }

  @Test func defaultArgumentsBeginARunOnPictures() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "photos"))
      let photos = try ImageFolder(folder.appending(path: "photos").path)
      for method in Self.ofPictures {
        var request = small
        request.imageSize = method.name == .jigsaw ? 48 : 32
        let run = try Pretraining(
          of: photos, method: method, request: request, in: folder.appending(path: method.name.rawValue).path)
        #expect(run.configuration.method.name == method.name)
        // The preset's network is kept: nobody chose another.
        if method.name == .dino { #expect(run.configuration.backbone.details.contains("width 32")) }
      }
    }
  }

  @Test func defaultArgumentsBeginARunOnATable() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<24).map { "\($0 * 7 % 5),\($0 * $0 % 11),\(["red", "blue"][$0 % 2])" }
      let file = folder.appending(path: "rows.csv")
      try Data("a,b,colour\n\(rows.joined(separator: "\n"))\n".utf8).write(to: file)
      for method in Self.ofTables + [.simCLR(), .byol()] {
        let run = try Pretraining(
          of: TableSource(file.path), method: method, request: small,
          in: folder.appending(path: method.name.rawValue).path)
        #expect(run.configuration.method.name == method.name)
      }
    }
  }

  @Test func defaultArgumentsBeginARunOnTexts() throws {
    try withTemporaryFolder { folder in
      let words = "the quick brown fox jumps over a lazy dog while seven wizards make toast of old bread".split(
        separator: " ")
      let rows = (0..<40).map { row in
        let text = (0..<12).map { words[(row * 5 + $0 * (row % 7 + 1)) % words.count] }.joined(separator: " ")
        return "\(words[row % words.count]) \(row),\(text) \(row)"
      }
      let file = folder.appending(path: "rows.csv")
      try Data("title,body\n\(rows.joined(separator: "\n"))\n".utf8).write(to: file)
      var request = small
      request.options["vocabulary"] = .integer(300)
      for method in Self.ofTexts + [.simCLR(), .byol()] {
        let run = try Pretraining(
          of: TextSource(file.path, columns: ["title", "body"]), method: method, request: request,
          in: folder.appending(path: method.name.rawValue).path)
        #expect(run.configuration.method.name == method.name)
      }
    }
  }

  @Test func defaultArgumentsBeginARunOnSeries() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<24).map { series in
        (0..<40).map { String(format: "%.3f", sin(Double($0 * (series % 3 + 1)) / 5)) }.joined(separator: ",") + ":a"
      }
      let file = folder.appending(path: "waves.ts")
      let header = "@problemName waves\n@univariate true\n@equalLength true\n@classLabel true a\n@data\n"
      try Data("\(header)\(rows.joined(separator: "\n"))\n".utf8).write(to: file)
      for method in Self.ofSeries + [.simCLR(), .vicReg()] {
        let run = try Pretraining(
          of: SeriesSource(file.path), method: method, request: small,
          in: folder.appending(path: method.name.rawValue).path)
        #expect(run.configuration.method.name == method.name)
      }
    }
  }

  @Test func defaultArgumentsBeginARunOnSound() throws {
    try withTemporaryFolder { folder in
      for file in 0..<8 {
        // A WAV file of 8 bits: a header of 44 bytes, then the samples.
        func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        let samples = (0..<4000).map { UInt8(128 + 100 * sin(Double($0 * (file + 1)) / 20)) }
        let format = number(16, 4) + number(1, 2) + number(1, 2) + number(8000, 4) + number(8000, 4) + number(1, 2)
        let header = Array("RIFF".utf8) + number(4036, 4) + Array("WAVEfmt ".utf8) + format + number(8, 2)
        try Data(header + Array("data".utf8) + number(4000, 4) + samples).write(
          to: folder.appending(path: "\(file).wav"))
      }
      let runs = folder.appending(path: "runs")
      try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
      var request = small
      request.width = 4
      for method in Self.ofSound + [.simCLR(), .vicReg()] {
        let run = try Pretraining(
          of: SoundSource(folder.path), method: method, request: request,
          in: runs.appending(path: method.name.rawValue).path)
        #expect(run.configuration.method.name == method.name)
        #expect(run.configuration.backbone.details.contains("byol-a-cnn"))
      }
    }
  }

  /// What is nil was not chosen, and takes nothing back.
  @Test func nothingThatWasChosenIsLost() throws {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder.appending(path: "photos"))
      var request = small
      request.method = .dcl
      request.temperature = 0.3
      request.width = 8
      request.imageSize = 16
      let photos = try ImageFolder(folder.appending(path: "photos").path)
      let run = try Pretraining(of: photos, request: request, in: folder.appending(path: "run").path)
      #expect(run.configuration.method.name == .dcl && run.configuration.method.temperature == 0.3)
      let other = try Pretraining(
        of: photos, method: .simCLR(), backbone: .resNet(.resNet34), request: request,
        in: folder.appending(path: "other").path)
      #expect(other.configuration.method.name == .simclr && other.configuration.method.temperature == 0.3)
      #expect(other.configuration.backbone.details.hasPrefix("resnet34 of width 8"))
      #expect(throws: SettingError.self) {
        try Pretraining(
          of: photos, method: .simCLR(temperature: 0), request: request, in: folder.appending(path: "no").path)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "no").path))
    }
  }
}
