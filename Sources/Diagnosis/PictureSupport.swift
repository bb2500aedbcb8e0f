import Foundation
import Pictures

/// A format of pictures, and how to add it where this build lacks it.
package struct PictureSupport: Codable, Sendable, Equatable {
  /// Its name, for example "JPEG".
  package var format: String
  /// Whether this build decodes it.
  package var isPresent: Bool
  /// The command that adds the decoder, or repairs it.
  package var remedy: String

  /// What cannot be done without it, as a sentence.
  package var limit: String {
    format == PictureFormat.video.rawValue
      ? "Videos cannot be read: the program ffmpeg is not here." : "\(format) pictures cannot be read by this build."
  }

  static var all: [PictureSupport] {
    PictureFormat.allCases.map { PictureSupport(format: $0.rawValue, isPresent: $0.isBuilt, remedy: $0.remedy) }
  }
}

extension PictureFormat {
  fileprivate var remedy: String {
    guard let packages else { return "make clean && \(Installation.rebuild)" }
    // A program that is looked for when it is needed, and no part of a build.
    if self == .video {
      #if os(macOS)
        return "brew install \(packages.brew)"
      #else
        return "sudo apt-get install \(packages.apt)"
      #endif
    }
    #if os(macOS)
      return "brew install \(packages.brew) && \(Installation.rebuild)"
    #else
      return "sudo apt-get install --reinstall \(packages.apt) && \(Installation.rebuild)"
    #endif
  }

  /// A file with a few pixels, the pixels that it decodes to, and how far decoders may differ.
  static func sample(of format: String) -> (file: Data, pixels: [UInt8], tolerance: UInt8)? {
    let (text, pixels, tolerance): (String, [UInt8], UInt8)
    switch PictureFormat(rawValue: format) {
    case .jpeg: (text, pixels, tolerance) = (jpegSample, Array(repeating: 100, count: 64), 1)
    case .png: (text, pixels, tolerance) = (pngSample, [0, 85, 170, 255], 0)
    case .webp: (text, pixels, tolerance) = (webpSample, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], 0)
    case .tiff: (text, pixels, tolerance) = (tiffSample, [0, 85, 170, 255], 0)
    case .bmp: (text, pixels, tolerance) = (bmpSample, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], 0)
    case .numpy: (text, pixels, tolerance) = (numPySample, [0, 85, 170, 255], 0)
    case .dicom: (text, pixels, tolerance) = (dicomSample, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], 0)
    case .nifti: (text, pixels, tolerance) = (niftiSample, [0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255], 0)
    // ffmpeg decodes videos; that it starts was tried.
    case .video, nil: return nil
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

  /// The same in RGB, lossless.
  private static let webpSample = """
    UklGRiYAAABXRUJQVlA4TBkAAAAvAUAAAB8wVVM1VfMfeHcgG6BMFWYR/Y8dAA==
    """

  private static let tiffSample = """
    SUkqAAgAAAAJAAABBAABAAAAAgAAAAEBBAABAAAAAgAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAegAAABYB\
    BAABAAAAAgAAABcBBAABAAAABAAAABwBAwABAAAAAQAAAAAAAAAAVar/
    """

  private static let bmpSample = """
    Qk1GAAAAAAAAADYAAAAoAAAAAgAAAAIAAAABABgAAAAAABAAAADEDgAAxA4AAAAAAAAAAAAAqqqq////AAAAAABVVVUAAA==
    """

  private static let numPySample = """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAVar/
    """

  private static let dicomSample = """
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABESUNNAgAAAFVMBABYAAAAAgABAE9CAAACAAAAAAECAAIAVUkaADEuMi44\
    NDAuMTAwMDguNS4xLjQuMS4xLjcAAgADAFVJBAAxLjIAAgAQAFVJFAAxLjIuODQwLjEwMDA4LjEuMi4xACgAAgBVUwIAAwAoAAQAQ1MEAFJHQiAoAA\
    YAVVMCAAAAKAAQAFVTAgACACgAEQBVUwIAAgAoAAABVVMCAAgAKAABAVVTAgAIACgAAgFVUwIABwAoAAMBVVMCAAAA4H8QAE9CAAAMAAAAAAAAVVVV\
    qqqq////
    """

  /// Compressed by gzip.
  private static let niftiSample = """
    H4sIAAAAAAACA4thZCAKMIEhIxyiggYGCaJM2eDMMEJAnrYhjBkaGrpq1ar///8DAMHhH0JsAQAA
    """
}
