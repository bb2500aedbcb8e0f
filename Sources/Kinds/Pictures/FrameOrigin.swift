import CCodec

/// What a medical file says of one of its pictures beside the pixels.
///
/// Identifiers are hashes: none leaves the codec.
package struct FrameOrigin: Sendable, Equatable {
  /// Hashes of identifiers; nil if the file has none.
  let patient: UInt64?
  let study: UInt64?
  let series: UInt64?
  /// Of what two files of one patient have in common beside the identifier.
  let person: UInt64?
  /// Equal for pictures of one series in parallel planes.
  let plane: UInt64
  /// In mm along the normal of the plane; nil if unknown.
  let position: Double?
  /// The order that the file says.
  let number: Double?
  /// Whether values are Hounsfield units.
  let isAbsolute: Bool
  /// Whether low values are white.
  let isInverted: Bool
  /// Two or more capital letters, such as "CT"; nil if it is not known.
  let modality: String?
  /// How many bits a value has in the file.
  let bits: Int
  let isBurnedIn: Bool
  let isUltrasound: Bool
  let isCaptured: Bool

  init(_ frame: CCodecFrame) {
    func hash(_ value: UInt64) -> UInt64? { value == 0 ? nil : value }
    func finite(_ value: Double) -> Double? { value.isFinite && abs(value) < 1e9 ? value : nil }
    patient = hash(frame.patient)
    study = hash(frame.study)
    series = hash(frame.series)
    person = hash(frame.person)
    plane = frame.plane
    position = finite(frame.position)
    number = finite(frame.number)
    isAbsolute = frame.is_absolute != 0
    isInverted = frame.is_inverted != 0
    bits = Int(frame.bits)
    isBurnedIn = Int(frame.flags) & Int(ccodec_burned_in) != 0
    isUltrasound = Int(frame.flags) & Int(ccodec_ultrasound) != 0
    isCaptured = Int(frame.flags) & Int(ccodec_captured) != 0
    let letters = withUnsafeBytes(of: frame.modality) { Array($0.prefix { $0 != 0 }) }
    modality = letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
  }
}
