import CSndfile
import CSoxr

/// What this build was made with.
package enum SoundLibraries {
  /// libsndfile.
  package static var readsFiles: Bool { csnd_is_present() }
  /// libsoxr.
  package static var changesRates: Bool { csoxr_is_present() }
}
