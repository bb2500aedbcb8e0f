import Files
import Foundation

/// A file that grows, and that appears under its name whole or not at all: what was there before stays until then.
package final class OutputFile {
  package let path: String
  private let draft: FileDraft

  /// - Parameter replaces: as for `FileDraft`.
  /// - Throws: `RepresentationExportError` where the file cannot be made; so do the other calls.
  package init(_ path: String, replaces: Bool = true) throws(RepresentationExportError) {
    self.path = path
    do throws(FileFailure) {
      draft = try FileDraft(for: path, replaces: replaces)
    } catch {
      throw RepresentationExportError(error)
    }
  }

  package func write(_ data: Data) throws(RepresentationExportError) {
    do throws(FileFailure) { try draft.write(data) } catch { throw RepresentationExportError(error) }
  }

  /// Goes on writing at the start of the file.
  package func rewind() throws(RepresentationExportError) {
    do throws(FileFailure) { try draft.rewind() } catch { throw RepresentationExportError(error) }
  }

  /// Gives the file its name.
  package func finish() throws(RepresentationExportError) { try Self.finish([self]) }

  /// Gives files that belong together their names: a kill leaves all of the old ones, all of the new ones, or too few, and
  /// never old beside new.
  package static func finish(_ files: [OutputFile]) throws(RepresentationExportError) {
    do throws(FileFailure) { try FileDraft.publish(files.map(\.draft)) } catch {
      throw RepresentationExportError(error)
    }
  }
}
