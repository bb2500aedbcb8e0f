import Testing
import Torch

@Suite struct MemoryWatchTests {
  /// Tensors of 4,000 bytes: two alive, one alive, three alive.
  @Test func itCountsWhatIsAliveAtOneTime() throws {
    let watch = try MemoryWatch()
    var kept: [Tensor] = []
    for _ in 0..<2 { kept.append(try .zeros([1000])) }
    #expect(watch.takePeak() == 8000)
    kept.removeLast()
    #expect(watch.takePeak() == 8000)
    #expect(watch.takePeak() == 4000)
    for _ in 0..<2 { kept.append(try .zeros([1000])) }
    kept = []
    #expect(watch.takePeak() == 12000)
    #expect(watch.takePeak() == 0)
  }

  @Test func theProcessorHasNoMemoryOfItsOwn() { #expect(Device.cpu.availableMemory == nil) }
}
