import Commands

SwiftletProgram.main()
