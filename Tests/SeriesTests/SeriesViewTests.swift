import Swiftlet
import Testing

@testable import Series
