import Foundation

/// The entries of one folder, with their names as the bytes that the file system has.
///
/// A name is a string of bytes. Most are UTF-8; those that are not, often Latin-1 from an old archive, have no text that leads
/// back to the file, so that they are told apart here and never "repaired".
package struct FolderReader {
  package enum EntryKind: Sendable, Equatable {
    case file
    case folder
    /// A link, or something that only its status tells.
    case other
  }

  package struct Entry: Sendable, Equatable {
    package let name: FileName
    package let kind: EntryKind
  }

  /// In no order; without `.` and `..`.
  package let entries: [Entry]

  /// Nil where the folder cannot be read; `errno` says why.
  package init?(_ path: String) {
    guard let stream = opendir(path) else { return nil }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while let entry = readdir(stream) {
      let bytes = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        let capacity = MemoryLayout.size(ofValue: tuple.pointee)
        return tuple.withMemoryRebound(to: UInt8.self, capacity: capacity) { name in
          Array(UnsafeBufferPointer(start: name, count: capacity).prefix { $0 != 0 })
        }
      }
      if bytes == [0x2E] || bytes == [0x2E, 0x2E] { continue }
      let kind: EntryKind
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR): kind = .folder
      case Int(DT_REG): kind = .file
      default: kind = .other
      }
      entries.append(Entry(name: FileName(bytes), kind: kind))
    }
    self.entries = entries
  }
}

/// The name of a file or folder, as bytes.
package struct FileName: Sendable, Hashable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The name as a text that leads back to the file; nil if the bytes are not UTF-8.
  package var text: String? { String(validating: bytes, as: UTF8.self) }

  package var isHidden: Bool { bytes.first == UInt8(ascii: ".") }

  /// For people: each byte that is not part of a character as \\xE9, and a backslash doubled, so that the name can be read
  /// back.
  package var escaped: String {
    var result = ""
    var rest = bytes[...]
    while let byte = rest.first {
      let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      if let character = String(validating: rest.prefix(length), as: UTF8.self) {
        result += character == "\\" ? "\\\\" : character
        rest = rest.dropFirst(length)
      } else {
        result += "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// Why a file with a name that is not UTF-8 is left out, and what helps.
  package static let notUTF8 =
    "its name is not UTF-8; rename it, for example with: convmv -f latin1 -t utf8 -r --notest FOLDER"
}
