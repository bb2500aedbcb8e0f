import Settings
import Torch

extension Validated {
  /// Before a module is built from settings that nobody may have looked at: what would trap is an error of `call`.
  package func validate(for call: String) throws(TorchError) {
    do throws(SettingError) {
      try validate()
    } catch {
      throw TorchError(call: call, message: error.description)
    }
  }
}
