import Foundation
import Learning
import Samples

extension SampleCollection {
  /// A fingerprint of what the samples hold, as far as their list says, and of how they are read: another column of the same
  /// file is other data.
  var contents: UInt64 {
    get throws {
      let held = listing(of: Array(names.indices)).contents.map(String.init) ?? ""
      let reading = try RunConfiguration.encoder.encode(configuration)
      return Samples.fingerprint(of: Array(held.utf8) + [0] + reading)
    }
  }
}
