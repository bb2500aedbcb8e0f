import ArgumentParsing
import Diagnosis
import Foundation
import Settings

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks what this machine offers, and what is missing.",
    discussion: """
      Examines libtorch, the processor, GPUs, memory, disks and decoders, and tries a small computation. If something is \
      missing, it prints the command that installs it. The exit code is 0 if Swiftlet can be used here, otherwise 1.
      """)

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  func run() throws {
    let examination = Examination()
    if json {
      try printJSON(Outcome(examination: examination))
    } else {
      try printText(examination.text(in: .program) + "\n")
    }
    if !examination.isUsable { throw ExitCode.failure }
  }

  private struct Outcome: Encodable {
    let examination: Examination

    private enum Keys: CodingKey { case findings, isUsable }

    func encode(to encoder: any Encoder) throws {
      try examination.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(examination.problems, forKey: .findings)
      try container.encode(examination.isUsable, forKey: .isUsable)
    }
  }
}
