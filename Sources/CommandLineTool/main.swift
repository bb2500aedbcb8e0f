import SwiftletCommands

SwiftletProgram.main()
