import ArgumentParsing
import Swiftlet

/// A run, data, and where their labels stand: what the commands that judge a run ask for.
struct LabelledData: ParsableArguments {
  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Argument(help: "Folders or files.", completion: .file())
  var data: [String]

  @OptionGroup var known: AnnotationOptions

  @OptionGroup var disk: CacheOption

  /// The run, and the data as it reads them; says what a user should know about these.
  func open(_ console: Console) throws -> (RunFolder, any SampleCollection) {
    let folder = openRun(runFolder)
    let collection = try folder.scan(data, known.annotations(), known.grouping, console).cached(disk.cache)
    console.describe(collection)
    return (folder, collection)
  }
}

/// "10%" → 0.1
func labelShare(_ text: String, option: String) throws -> Double {
  guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100 else {
    throw ValidationError("\(option) '\(text)' is not a part above 0% and up to 100%, such as 1%,10%,100%")
  }
  return percent / 100
}
