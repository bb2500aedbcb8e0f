import Foundation
import TestSupport
import Testing

@testable import Diagnosis

@Suite struct ExaminationTests {
  /// This machine, where nothing is missing.
  private func whole() -> Examination {
    var examination = Examination()
    examination.devices.cuda = 0
    examination.devices.hasNVIDIADriver = false
    examination.memory.available = 8_000_000_000
    examination.workingFolder = FolderState("/tmp")
    examination.temporaryFolder = FolderState("/tmp")
    examination.workingFolder.free = 50_000_000_000
    // ffmpeg is no part of a build, and is not here on many a machine that tests one.
    for place in examination.decoders.indices where examination.decoders[place].format == "video" {
      examination.decoders[place].isPresent = true
    }
    return examination
  }

  /// ffmpeg is a program: no build makes it appear.
  @Test func anAbsentProgramTakesNoNewBuild() throws {
    var examination = whole()
    let video = try #require(examination.decoders.firstIndex { $0.format == "video" })
    examination.decoders[video].isPresent = false
    let problem = try #require(examination.problems.first { $0.what.contains("ffmpeg") })
    #expect(problem.severity == .limits && problem.what.hasPrefix("Videos cannot be read"))
    let remedy = try "\(#require(problem.remedy))"
    #expect(remedy.contains("install ffmpeg") && !remedy.contains("make"))
  }

  @Test func theMachineThatBuiltThisIsUsable() {
    let examination = whole()
    #expect(examination.checks.count == 1 + examination.decoders.filter { $0.isPresent && $0.format != "video" }.count)
    for check in examination.checks { #expect(check.failure == nil, "\(check.name): \(check.failure ?? "")") }
    #expect(examination.problems.isEmpty && examination.isUsable)
    #expect(examination.processor.cores >= 1 && examination.processor.threads >= 1)
    #expect(examination.libtorch.version.hasPrefix("2."))
    #expect(examination.libtorch.path.map { FileManager.default.fileExists(atPath: $0) } == true)
    #expect(examination.text.hasSuffix("No problems were found."))
  }

  /// A change to a whole machine, what is then said, the command beside it, and whether Swiftlet can still be used.
  private typealias Case = (change: (inout Examination) -> Void, said: String, remedy: String, isUsable: Bool)

  @Test func whatIsMissingIsSaidWithTheCommandThatMendsIt() {
    let cases: [Case] = [
      ({ $0.checks[0].failure = "no kernel" }, "a convolution and its gradient fails: no kernel", "make build", false),
      ({ $0.checks[1].failure = "other pixels" }, "JPEG", "libjpeg", false),
      ({ $0.decoders[1].isPresent = false }, "PNG pictures cannot be read", "libpng", true),
      ({ $0.sound[0].isPresent = false }, "Sound files cannot be read", "libsndfile1-dev", true),
      ({ $0.sound[1].isPresent = false }, "Sound files of another rate", "libsoxr-dev", true),
      ({ $0.devices.hasNVIDIADriver = true }, "on the processor alone", "TORCH_INDEX=", true),
      (
        {
          $0.devices.hasNVIDIADriver = true
          $0.libtorch.build = "CUDA"
        }, "finds no GPU", "nvidia-smi", true
      ),
      ({ $0.workingFolder.isWritable = false }, "/tmp cannot be written to", "run", true),
      ({ $0.workingFolder.free = 10_000_000 }, "Only 10 MB", "run", true),
      ({ $0.temporaryFolder = FolderState("/nowhere/at-all") }, "no temporary folder /nowhere/at-all", "TMPDIR", true),
      ({ $0.memory.available = 300_000_000 }, "Only 0.3 GB of memory", "small batch", true),
    ]
    for (change, said, remedy, isUsable) in cases {
      var examination = whole()
      change(&examination)
      let problems = examination.problems
      #expect(problems.count == 1)
      #expect(problems.first?.what.contains(said) == true, "\(problems)")
      #expect(problems.first?.remedy?.description.contains(remedy) == true, "\(problems)")
      #expect(examination.isUsable == isUsable)
      let text = examination.text
      #expect(text.contains(said) && text.contains("\n    \(problems.first?.remedy ?? "?")\n"))
      #expect(text.hasSuffix(isUsable ? "Swiftlet can be used." : "until this is repaired."))
    }
  }

  @Test func aPictureIsCheckedOnlyWhereItCanBeWritten() throws {
    let support = try #require(PictureSupport.all.first)
    var place = FolderState("/tmp")
    #expect(SelfCheck.decoding(support, in: [place])?.failure == nil)
    place.isWritable = false
    #expect(SelfCheck.decoding(support, in: [place])?.failure?.contains("not tried") == true)
    let unknown = PictureSupport(format: "XYZ", isPresent: true, remedy: "")
    #expect(SelfCheck.decoding(unknown, in: [place]) == nil)
  }

  @Test func valuesStandInOneColumn() {
    for line in whole().text.split(separator: "\n").dropLast() {
      #expect(line.dropFirst(11).first == " " && line.dropFirst(12).first != " ", "\(line)")
    }
  }

  @Test func whatIsWrittenAsJSONReadsBack() throws {
    let examination = whole()
    let data = try JSONEncoder().encode(examination)
    #expect(try JSONDecoder().decode(Examination.self, from: data) == examination)
  }

  @Test func anInstalledProgramIsInstalledAgainAndNotBuilt() throws {
    let folder = try TemporaryFolder()
    let prefix = folder.url.appending(path: "prefix")
    let executable = prefix.appending(path: "bin/swiftlet").path
    #expect(Installation.rebuild(executable: executable) == "make build")
    try FileManager.default.createDirectory(
      at: prefix.appending(path: "lib/swiftlet"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: prefix.appending(path: "bin"), withIntermediateDirectories: true)
    #expect(Installation.rebuild(executable: executable).hasPrefix("make install PREFIX="))
    #expect(Installation.rebuild(executable: executable).hasSuffix(prefix.lastPathComponent))
  }
}
