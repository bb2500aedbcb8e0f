import Swiftlet
import SwiftletCommands

let catalogue = Catalogue.standard
  .adding(NumberLines.self)
  .adding(Margin.Configuration.self)
  .adding(Gate.Configuration.self)

// The commands of `swiftlet`, which now know the three; or, with "library" in front, the same from code.
if CommandLine.arguments.dropFirst().first == "library" {
  let path = CommandLine.arguments[2]
  let run = try Pretraining(
    of: NumberLines.source([path], Annotations(), [:]), method: MethodRequest("margin"), in: "runs/library", catalogue)
  try run.train(epochs: 2) { progress in print(progress.step, progress.loss) }
  let lines = try run.configuration.data.scan([path])
  print(try run.encoder.embeddings(of: lines).shape)
} else {
  SwiftletProgram.main(catalogue)
}
