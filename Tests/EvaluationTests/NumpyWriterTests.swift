import Evaluation
import Foundation
import TestSupport
import Testing
import Torch

@Suite struct NumpyWriterTests {
  @Test func rowsArriveAsTheyWereWritten() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.npy").path
      let writer = try NumpyWriter(path, width: 3)
      try writer.append(Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]))
      try writer.append(Tensor([7, 8, 9] as [Double], shape: [1, 3]))
      try writer.finish()
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(data.prefix(8) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]))
      // The header is padded so that the numbers start at a multiple of 64.
      let headerLength = Int(data[8]) + Int(data[9]) << 8
      #expect((10 + headerLength).isMultiple(of: 64))
      let header = String(decoding: data[10..<(10 + headerLength)], as: UTF8.self)
      #expect(header.hasSuffix("\n") && header.contains("'shape': (3, 3)") && header.contains("'<f4'"))
      let values = data.dropFirst(10 + headerLength).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      #expect(values == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() {
    #expect(throws: RepresentationExportError.self) { try NumpyWriter("/nowhere/a.npy", width: 3) }
  }
}
