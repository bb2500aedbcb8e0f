import Foundation
import TestSupport
import Testing
import Torch

@Suite struct SafetensorsTests {
  @Test func everyTypeSurvives() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      let tensors = try DType.allCases.map { dtype in
        (name: "\(dtype)", tensor: try Tensor([0, 1, 1, 0, 1, 1] as [Float], shape: [2, 3]).to(dtype: dtype))
      }
      try Safetensors.write(tensors + [("empty", try .zeros([0, 4])), ("scalar", try .full([], 3))], to: path)
      let read = try Safetensors.read(path)
      for (name, tensor) in tensors {
        #expect(read[name]?.dtype == tensor.dtype)
        try expectClose(try #require(read[name]), tensor, absolute: 0, name)
      }
      #expect(read["empty"]?.shape == [0, 4])
      #expect(try read["scalar"]?.item() == 3)
    }
  }

  /// Every truncation and every flipped byte of the header is refused or read, never a trap.
  @Test func damagedFilesAreErrors() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.safetensors")
      try Safetensors.write([("a", try .randn([3, 4])), ("b", try .zeros([2], .int64))], to: url.path)
      let sound = try Data(contentsOf: url)
      let damaged = folder.appending(path: "damaged.safetensors")
      for length in 0..<sound.count {
        try sound.prefix(length).write(to: damaged)
        #expect(throws: Safetensors.Failure.self, "cut at \(length)") { try Safetensors.read(damaged.path) }
      }
      let headerEnd = 8 + Int(sound[0]) + Int(sound[1]) << 8
      for position in 0..<headerEnd {
        for bit in [0, 3, 7] {
          var copy = sound
          copy[position] ^= 1 << UInt8(bit)
          try copy.write(to: damaged)
          _ = try? Safetensors.read(damaged.path)
        }
      }
    }
  }

  /// A reader that takes one of two entries for another file's is a way to hide weights.
  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#,
      8
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      12
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}"#, 4),
    (#"{"__metadata__":{"x":"1","x":"2"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
  ])
  func namesAndBytesAreGivenOnce(_ header: String, _ byteCount: Int) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.safetensors")
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
      try (length + Data(header.utf8) + Data(count: byteCount)).write(to: file)
      #expect(throws: Safetensors.Failure.self) { try Safetensors.read(file.path) }
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: Safetensors.Failure.self) { try Safetensors.read("/nowhere/at.all") }
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let tensor = try Tensor.zeros([1])
    #expect(throws: Safetensors.Failure.self) { try Safetensors.write([("a", tensor)], to: "/nowhere/a.safetensors") }
  }
}
