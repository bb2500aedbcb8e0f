import Files
import Foundation
import Learning
import Samples

// The places of a run's samples.

extension RunFolder {
  /// Opens the samples that the run lists.
  ///
  /// - Throws: `Failure.dataMoved` or `.labelsMoved` where they are not where the run found them; `DatasetError`.
  package func openSamples(
    _ configuration: RunConfiguration, _ listing: SampleListing
  ) throws -> any SampleCollection {
    try checkPlaces(configuration, listing)
    return try configuration.data.open(listing)
  }

  /// The samples, without their labels where these are gone and nothing but a comparison needs them.
  ///
  /// - Throws: `Failure.dataMoved`.
  package func samplesToCompare(
    _ configuration: RunConfiguration, _ listing: SampleListing
  ) throws(Failure) -> SampleListing {
    do throws(Failure) {
      try checkPlaces(configuration, listing)
    } catch .labelsMoved {
      return listing.labelled(by: nil)
    }
    return listing
  }

  /// - Throws: `Failure.dataMoved` or `.labelsMoved`.
  private func checkPlaces(_ configuration: RunConfiguration, _ listing: SampleListing) throws(Failure) {
    let missing = listing.list.missingPlaces
    guard missing.isEmpty else {
      throw .dataMoved(run: path, count: listing.count, plural: configuration.data.plural, places: missing)
    }
    if let labels = listing.list.labels, FileIdentity(labels) == nil { throw .labelsMoved(run: path, file: labels) }
  }

  /// Records that the samples of the run, or their labels, are in other places now.
  ///
  /// - Parameters:
  ///   - places: folders or files that hold the samples; empty where those are where they were.
  ///   - labels: the file with the labels; nil for the former, or one that was moved along with the data.
  /// - Returns: what was recorded.
  /// - Throws: `DatasetError` unless all samples of the run are there; `Failure`.
  @discardableResult
  package func relocate(to places: [String], labels: String?) throws -> SampleListing {
    let (configuration, listing) = try open()
    var moved = places.isEmpty ? listing : try listing.moved(to: places)
    if let labels {
      guard listing.list.labels != nil else { throw Failure.noLabelsFile(run: path) }
      moved = moved.labelled(by: labels)
    }
    moved = moved.findingLabels(of: path)
    // Opened before it is recorded: a file that is no table of labels, say, changes nothing.
    _ = try openSamples(configuration, moved)
    try record(moved, as: samples)
    return moved
  }
}

extension SampleListing {
  /// The same list with an absolute path of the labels. Version 0.1 recorded it as it was written, relative to the folder
  /// in which the run was started: most often one of those above the run's folder, or above the data.
  func findingLabels(of run: String) -> SampleListing {
    guard let file = list.labels, !file.hasPrefix("/"), FileIdentity(file) == nil else { return self }
    for start in [absolutePath(run)] + list.places {
      var folder = URL(fileURLWithPath: start).standardizedFileURL
      while folder.path != "/" {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: file).path
        if FileIdentity(candidate) != nil { return labelled(by: candidate) }
      }
    }
    return self
  }
}

extension RunFolder {
  /// The path for a page that may be given away: the last components alone, since those before them tell of a person's
  /// folders.
  package var shownPath: String { Training.shownPath(path) }
}

/// "/home/anna/work/runs/first" → "runs/first"; a relative path that leads nowhere up stays as it is.
package func shownPath(_ path: String) -> String {
  let isOpen = path.hasPrefix("/") || path.split(separator: "/").contains("..")
  return isOpen ? path.split(separator: "/").suffix(2).filter { $0 != ".." }.joined(separator: "/") : path
}
