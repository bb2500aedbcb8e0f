import Swiftlet

Runtime.keepFreedMemory()
SwiftletCommand.main()
