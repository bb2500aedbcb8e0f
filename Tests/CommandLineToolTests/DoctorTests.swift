import Foundation
import Testing

@Suite struct DoctorTests {
  @Test func theDoctorFindsThisMachineUsable() throws {
    let outcome = try SwiftletProgram.run("doctor")
    #expect(outcome.code == 0, "\(outcome.output)")
    for part in ["Swiftlet ", "libtorch ", "Processor ", "Precision ", "Memory ", "Disk ", "✓ a PNG picture"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(outcome.errors.isEmpty)
  }

  @Test func theDoctorSpeaksJSON() throws {
    let outcome = try SwiftletProgram.run("doctor", "--json")
    let said = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(said["isUsable"] as? Bool == true)
    #expect(said["findings"] is [Any])
    #expect((said["checks"] as? [Any])?.isEmpty == false)
  }

  /// Every name that `pretrain` takes is listed, and by the same name.
  @Test(arguments: [
    ("methods", ["simclr", "simclr-cifar", "small"]), ("backbones", ["resnet18", "resnet34", "resnet50"]),
  ])
  func whatExistsIsListed(command: String, names: [String]) throws {
    let text = try SwiftletProgram.run(command).output
    for name in names { #expect(text.contains(name)) }
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let outcome = try SwiftletProgram.run(command, "--json")
    let said = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect((said[command] as? [Any])?.isEmpty == false)
  }

  /// Help fits a narrow terminal, and its examples can be copied whole.
  @Test(arguments: [
    "pretrain", "resume", "select", "compare", "evaluate", "finetune", "predict", "curve", "suggest", "transfer",
    "robustness", "embed", "export", "report", "kinds", "methods", "backbones", "doctor", "bench",
  ])
  func helpFitsEightyColumns(command: String) throws {
    let help = try SwiftletProgram.run(command, "--help").output
    for line in help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
