import ArgumentParsing
import Swiftlet

/// How many cores a command may use, for all that compute with a run.
struct ThreadOption: ParsableArguments {
  @Option(help: "Threads to compute with. Default: as many as the run recorded.")
  var threads: Int?

  func validate() throws { try requireValue(threads, in: 1...1024, "--threads") }

  /// A run whose network computes with so many.
  func open(_ path: FilePath) -> RunFolder {
    var folder = openRun(path)
    folder.computeThreads = threads
    return folder
  }
}
