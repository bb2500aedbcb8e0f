import CTorch

/// The device that holds a tensor.
public struct Device: Sendable, Hashable, CustomStringConvertible {
  /// Raw values are libtorch's.
  public enum Kind: Int64, Sendable {
    case cpu = 0
    case cuda = 1
    case mps = 13

    /// Whether this machine has such a device and libtorch supports it.
    public var isPresent: Bool {
      switch self {
      case .cpu: true
      case .cuda: Device.cudaCount > 0
      case .mps: Device.isMPSPresent
      }
    }
  }

  public let kind: Kind
  public let index: Int?

  public init(_ kind: Kind, index: Int? = nil) {
    self.kind = kind
    self.index = index
  }

  public static let cpu = Device(.cpu)
  public static let cuda = Device(.cuda, index: 0)
  public static let mps = Device(.mps, index: 0)

  var code: Int64 { kind.rawValue * 256 + Int64((index ?? -1) + 1) }

  init?(code: Int64) {
    guard let kind = Kind(rawValue: code / 256) else { return nil }
    let index = Int(code % 256) - 1
    self.init(kind, index: index < 0 ? nil : index)
  }

  public var description: String { index.map { "\(kind):\($0)" } ?? "\(kind)" }

  public static var cudaCount: Int {
    var count: Int32 = 0
    // If the driver does not answer, the machine counts as one without CUDA.
    if let message = ct_cuda_device_count(&count) {
      ct_message_free(message)
      return 0
    }
    return Int(count)
  }

  public static var isMPSPresent: Bool { ct_has_mps() }

  /// The best device of this machine: CUDA, then MPS, then the processor.
  public static var best: Device { cudaCount > 0 ? .cuda : isMPSPresent ? .mps : .cpu }

  /// Waits until the device has finished all its work.
  public func synchronize() throws(TorchError) { try check("synchronize", ct_synchronize(code)) }
}
