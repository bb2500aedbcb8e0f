// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "own-kind",
  platforms: [.macOS(.v15)],
  dependencies: [.package(path: "../swiftlet")],
  targets: [
    .executableTarget(
      name: "own",
      dependencies: [
        .product(name: "Swiftlet", package: "swiftlet"), .product(name: "SwiftletCommands", package: "swiftlet"),
        .product(name: "SwiftletAllocator", package: "swiftlet"),
      ])
  ]
)
