import Foundation
import TestSupport
import Testing

/// Command lines that cannot be meant: refused before anything is read, in one sentence that names what is wrong.
@Suite struct WrongCommandLineTests {
  @Test(arguments: [
    (["pretrain"], "The argument <data> is missing."),
    (["pretrian", "x"], "There is no command 'pretrian'; did you mean 'pretrain'?"),
    (["pretrain", "x", "--epoch", "3"], "There is no option '--epoch'; did you mean '--epochs'?"),
    (["pretrain", "x", "--method", "simclrr"], "did you mean 'simclr'?"),
    (["pretrain", "x", "--backbone", "resnet19"], "did you mean 'resnet18'?"),
    (["pretrain", "x", "--preset", "smal"], "did you mean 'small'?"),
    (["pretrain", "x", "--device", "gpu"], "is not one of auto, cpu, cuda, mps"),
    (["pretrain", "x", "--seed", "1.5"], "'1.5', is not a whole number from 0."),
    (["pretrain", "x", "--seed", "-1"], "'-1', is not a whole number from 0."),
    (["pretrain", "x", "--config", "c", "--preset", "small"], "--config has all the numbers; leave out --preset"),
    (["pretrain", "x", "--config", "c", "--method", "simclr"], "--config says how to learn; leave out --method"),
    (["resume"], "The argument <run> is missing."),
    (["evaluate", "r", "x", "--label-fractions", "0%"], "'0%' is not a part above 0%"),
    (["embed", "r", "x", "-o", "out.txt"], "--output 'out.txt' must end in .npy"),
    (["embed", "r", "x"], "The option '--output <output>' is missing."),
  ])
  func isAnsweredInASentence(_ arguments: [String], _ sentence: String) throws {
    let outcome = try SwiftletProgram.run(arguments)
    #expect(outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  /// Nothing, too little, no number, and far too much, of the command's own options.
  @Test(arguments: [
    ("--batch-size", "must be at least 2"), ("--epochs", "must be from 1 to 1000000"),
    ("--minutes", "must be above 0 and at most 1000000"),
  ])
  func aNumberOutsideOfItsRangeIsToldTheRange(_ option: String, _ range: String) throws {
    for value in ["0", "-1"] {
      let outcome = try SwiftletProgram.run("pretrain", "x", option, value)
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("\(option) \(value) \(range)"), "\(outcome.errors)")
    }
    for value in ["abc", "nan", "1e400"] {
      let outcome = try SwiftletProgram.run("pretrain", "x", option, value)
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("The value of '\(option)', '\(value)', is not a "), "\(outcome.errors)")
    }
    let huge = try SwiftletProgram.run("pretrain", "x", option, "99999999999999999999")
    #expect(huge.code == 2)
    #expect(huge.errors.contains(range) || huge.errors.contains("at most 18 digits"), "\(huge.errors)")
  }

  /// The same of options that a kind of data or a method declares: what they take is said of whatever is wrong.
  @Test(arguments: [("--image-size", "a whole number from 8 to 2048"), ("--temperature", "a number from 0.001 to 100")])
  func aDeclaredNumberIsToldItsRange(_ option: String, _ expected: String) throws {
    for value in ["0", "-1", "abc", "nan", "1e400", "99999999999999999999"] {
      let outcome = try SwiftletProgram.run("pretrain", "x", option, value)
      #expect(outcome.code == 2)
      #expect(
        outcome.errors.hasPrefix("error: The value of '\(option)', '\(value)', is not \(expected).\n"),
        "\(outcome.errors)")
    }
  }

  @Test func errorsLeaveTheJSONAlone() throws {
    for arguments in [["pretrain", "/nowhere"], ["resume", "/nowhere"], ["evaluate", "/nowhere", "x"]] {
      let outcome = try SwiftletProgram.run(arguments + ["--json"])
      #expect(outcome.code == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    }
  }
}
