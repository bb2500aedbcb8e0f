import Foundation
import Layers
import Learning

extension Method {
  /// The part of the learning rate that each trained parameter of the network has: `decay` in its last stage, decay² in the one
  /// before, and so on. What lies behind the network, such as a projector, is not among them, and has all of it.
  func rateShares(layerDecay decay: Double) -> [ObjectIdentifier: Double] {
    let (trained, names) = (trainedParameters, backbone.namedParameters.map(\.name))
    var shares: [ObjectIdentifier: Double] = [:]
    // The backbone may be a teacher, which is not trained: its student has the same names under another prefix.
    for prefix in prefixes(ofNetworkWith: names, among: trained.map(\.name)) {
      for (name, parameter) in trained where name.hasPrefix(prefix) {
        let own = String(name.dropFirst(prefix.count))
        guard names.contains(own) else { continue }
        shares[ObjectIdentifier(parameter)] = pow(decay, Double(backbone.stages.count - backbone.stage(of: own)))
      }
    }
    return shares
  }
}
