import Swiftlet
import Testing

@testable import Planning

@Suite struct HeldOutPartTests {
  @Test(arguments: [(10, 0), (999, 0), (1000, 50), (2000, 100), (100_000, 256)])
  func aTwentiethOfManyAndNoMoreThanABatch(_ count: Int, _ expected: Int) {
    let (training, heldOut) = RunRequest().divided(Array(0..<count))
    #expect(heldOut.count == expected)
    #expect((training + heldOut).sorted() == Array(0..<count))
  }

  /// Of a list that is sorted by class, each class loses its part.
  @Test func everyPartOfTheListLosesAlike() {
    var request = RunRequest()
    request.holdOut = 0.1
    let (_, heldOut) = request.divided(Array(0..<100))
    #expect(heldOut == (0..<10).map { $0 * 10 })
  }

  @Test(arguments: [(2, 0.5), (3, 0.5), (5, 0.1), (0, 0.5), (1, 0.5)])
  func twoSamplesAreNeverTakenFromFew(_ count: Int, _ share: Double) {
    var request = RunRequest()
    request.holdOut = share
    let (training, heldOut) = request.divided(Array(0..<count))
    #expect(heldOut.count != 1 && training.count >= min(count, 2))
    #expect((training + heldOut).sorted() == Array(0..<count))
  }

  @Test func zeroHoldsNothingOut() {
    var request = RunRequest()
    request.holdOut = 0
    #expect(request.divided(Array(0..<5000)).heldOut.isEmpty)
  }
}
