import Files
import Foundation
import Learning
import Samples

extension RunFolder {
  /// Writes down which files stand behind the names of data that are not those of the run, where names of files must not be
  /// seen.
  ///
  /// - Returns: the path of the key; nil where there is none, or the run's own key says the same.
  /// - Throws: `FileFailure`
  package func keepKey(of data: any SampleCollection) throws -> String? {
    guard let key = data.key else { return nil }
    let contents = Data(key.utf8)
    if FileManager.default.contents(atPath: self.key) == contents { return nil }
    let folder = path + "/private-keys"
    let file = "\(folder)/\(String(fingerprint(of: key.utf8), radix: 16)).csv"
    if FileManager.default.contents(atPath: file) == contents { return file }
    if let reason = makeFolders(folder) { throw Failure.unwritable(path: folder, reason: reason) }
    let draft = try FileDraft(for: file)
    try draft.write(contents)
    chmod(draft.draftPath, 0o600)
    try draft.publish()
    return file
  }
}
