import Foundation

// What a name stands for: a file, a folder, or a link to one, which may lead nowhere.

/// Whether something has this name; also a link that leads nowhere.
package func isTaken(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

package func isLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// Why nothing is written through a link, and what to do.
///
/// - Parameter thing: what the link stands in the place of: "file" or "folder".
package func linkIsNotFollowed(_ thing: String) -> String {
  "it is a symbolic link, which is not followed; put the \(thing) itself in its place"
}

/// The absolute path of a file or folder, without links; nil where there is none.
package func pathWithoutLinks(_ path: String) -> String? {
  guard let found = realpath(path, nil) else { return nil }
  defer { free(found) }
  return String(cString: found)
}
