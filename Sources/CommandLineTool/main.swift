SwiftletCommand.main()
