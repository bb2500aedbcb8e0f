import Foundation
import Views

/// A format of pictures, and how to get it where this build lacks it.
public struct PictureSupport: Codable, Sendable, Equatable {
  public var format: String
  /// Whether this build decodes it.
  public var isPresent: Bool
  /// The command that brings it, or mends it.
  public var remedy: String

  static var all: [PictureSupport] {
    PictureHeader.Format.allCases.map {
      PictureSupport(format: $0.rawValue, isPresent: true, remedy: $0.remedy)
    }
  }
}

extension PictureHeader.Format {
  fileprivate var remedy: String {
    let (debian, homebrew) =
      switch self {
      case .jpeg: ("libjpeg-dev", "jpeg-turbo")
      case .png: ("libpng-dev", "libpng")
      }
    #if os(macOS)
      return "brew install \(homebrew) && make build"
    #else
      _ = homebrew
      return "sudo apt-get install --reinstall \(debian) && make build"
    #endif
  }

  /// A few pixels of our own making, and what they decode to.
  static func sample(of format: String) -> (file: Data, pixels: [UInt8], tolerance: UInt8)? {
    let (text, pixels, tolerance): (String, [UInt8], UInt8)
    switch PictureHeader.Format(rawValue: format) {
    case .jpeg: (text, pixels, tolerance) = (jpegSample, Array(repeating: 100, count: 64), 1)
    case .png: (text, pixels, tolerance) = (pngSample, [0, 85, 170, 255], 0)
    case nil: return nil
    }
    return Data(base64Encoded: text).map { ($0, pixels, tolerance) }
  }

  /// 8×8 pixels of one grey.
  private static let jpegSample = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X\
    GBYUGBIUFRT/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8ANH//2Q==
    """

  /// 2×2 greys.
  private static let pngSample = """
    iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mNgCGVY9R8AA60B/3qThH8AAAAASUVORK5CYII=
    """
}
