// swift-tools-version: 6.2
// How libtorch is found: `scripts/bootstrap` (run by `make`) chooses a libtorch, links it to `.deps/libtorch` and
// writes `.deps/pkgconfig/swiftlet-torch.pc`; `make` puts this folder on PKG_CONFIG_PATH. The library targets need
// nothing else, so that other packages can depend on them. Only programs and tests have the run-time search path below.
//
// How optional libraries are found: the bootstrap also writes `swiftlet-webp.pc` and its like for libtiff, SentencePiece,
// libsndfile and libsoxr. If pkg-config finds the library, they pass on its flags and the folder of a header, which
// the target above it looks for with __has_include. If not, they are empty, and it is compiled without the library.
import Foundation
import PackageDescription

let torchLibraries = "\(Context.packageDirectory)/.deps/libtorch/lib"
// scripts/install sets this to link the program for its destination, away from this folder and the toolchain.
let installed = Context.environment["SWIFTLET_RUN_PATH"]
let findsLibtorchAtRunTime: [LinkerSetting] = [
  .unsafeFlags(
    ["-Xlinker", "-rpath", "-Xlinker", installed ?? torchLibraries]
      + (installed == nil ? [] : ["-no-toolchain-stdlib-rpath"]))
]

let strictSwift: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]
let strictCXX: [CXXSetting] = [.treatAllWarnings(as: .error)]

/// The direct and indirect dependencies of each library.
var foundations: [String: Set<String>] = [:]

/// The named targets and all their dependencies. SwiftPM rebuilds a module only if a dependency that its target names
/// has changed. If indirect dependencies were not named, code compiled for old layouts of their types would crash.
@MainActor func withAllBelow(_ names: [String]) -> Set<String> {
  names.reduce(into: Set(names)) { $0.formUnion(foundations[$1] ?? []) }
}

@MainActor func dependencies(_ names: [String]) -> [Target.Dependency] {
  withAllBelow(names).sorted().map { .byName(name: $0) }
}

/// - Parameter resources: compiled into the program, which is installed without a bundle beside it.
@MainActor func library(
  _ name: String, _ below: [String], in folder: String? = nil, resources: [String] = []
) -> Target {
  foundations[name] = withAllBelow(below)
  return .target(
    name: name, dependencies: dependencies(below), path: "Sources/\(folder ?? name)",
    resources: resources.map { .embedInCode($0) }, swiftSettings: strictSwift)
}

@MainActor func tests(_ name: String, _ below: [String], excluding excluded: [String] = []) -> Target {
  // Recorded values, if the tests have any.
  let hasGolden = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Tests/\(name)/Golden")
  return .testTarget(
    name: name, dependencies: dependencies(below + ["TestSupport"]), exclude: excluded,
    resources: hasGolden ? [.copy("Golden")] : [], swiftSettings: strictSwift, linkerSettings: findsLibtorchAtRunTime)
}

// Arrows only point up this list.
let package = Package(
  name: "swiftlet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Swiftlet", targets: ["Swiftlet"]),
    .library(name: "SwiftletCommands", targets: ["SwiftletCommands"]),
    .library(name: "SwiftletAllocator", targets: ["CAllocator"]),
    .executable(name: "swiftlet", targets: ["CommandLineTool"]),
  ],
  targets: [
    // C libraries
    .systemLibrary(name: "CLibTorch", pkgConfig: "swiftlet-torch"),
    .systemLibrary(
      name: "CLibJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CLibWebP", pkgConfig: "swiftlet-webp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
    .systemLibrary(
      name: "CLibTIFF", pkgConfig: "swiftlet-tiff", providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
    .systemLibrary(
      name: "CLibSentencePiece", pkgConfig: "swiftlet-sentencepiece",
      providers: [.apt(["libsentencepiece-dev"]), .brew(["sentencepiece"])]),
    .systemLibrary(
      name: "CLibSndfile", pkgConfig: "swiftlet-sndfile",
      providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
    .systemLibrary(
      name: "CLibSoxr", pkgConfig: "swiftlet-soxr", providers: [.apt(["libsoxr-dev"]), .brew(["libsoxr"])]),
    .systemLibrary(
      name: "CLibDCMTK", pkgConfig: "swiftlet-dicom",
      providers: [.apt(["libdcmtk-dev", "libopenjp2-7-dev"]), .brew(["dcmtk", "openjpeg"])]),
    .systemLibrary(name: "CLibZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"]), .brew(["jemalloc"])]),

    // C boundary
    .target(
      name: "CTorch", dependencies: ["CLibTorch"], exclude: ["declared"],
      cxxSettings: strictCXX + [.headerSearchPath("declared")]),
    .target(name: "CCodec", cSettings: strictC),
    .target(name: "CJPEG", dependencies: ["CLibJPEG", "CCodec"], cSettings: strictC),
    .target(name: "CPNG", dependencies: ["CLibPNG", "CCodec"], cSettings: strictC),
    .target(name: "CWebP", dependencies: ["CLibWebP", "CCodec"], cSettings: strictC),
    .target(name: "CTIFF", dependencies: ["CLibTIFF", "CCodec"], cSettings: strictC),
    .target(name: "CBMP", dependencies: ["CCodec"], cSettings: strictC),
    .target(name: "CNumPy", dependencies: ["CCodec"], cSettings: strictC),
    .target(name: "CNIfTI", dependencies: ["CLibZ", "CCodec"], cSettings: strictC),
    .target(name: "CDICOM", dependencies: ["CLibDCMTK", "CCodec"], cSettings: strictC, cxxSettings: strictCXX),
    .target(name: "CPixels", cSettings: strictC),
    .target(name: "CSentencePiece", dependencies: ["CLibSentencePiece"], cxxSettings: strictCXX),
    .target(name: "CSndfile", dependencies: ["CLibSndfile"], cSettings: strictC),
    .target(name: "CSoxr", dependencies: ["CLibSoxr"], cSettings: strictC),
    .target(name: "CSpectra", cSettings: strictC),

    // The library
    library("Files", []),
    library("Settings", []),
    library("Torch", ["CTorch", "Files"]),
    library("Layers", ["Torch", "Settings"]),
    library("Backbones", ["Layers"]),
    library("Objectives", ["Torch"]),
    library("Measures", ["Torch"]),
    library("Optimizers", ["Layers"]),
    library("Samples", ["Torch", "Settings"]),
    library("Learning", ["Samples", "Backbones", "Optimizers"]),
    library("Methods", ["Learning", "Objectives"]),
    library(
      "Pictures", ["Learning", "CPixels", "CJPEG", "CPNG", "CWebP", "CTIFF", "CBMP", "CNumPy", "CDICOM", "CNIfTI"],
      in: "Kinds/Pictures"),
    library("Tables", ["Methods"], in: "Kinds/Tables"),
    library("Text", ["Methods", "Measures", "CSentencePiece"], in: "Kinds/Text"),
    library("Series", ["Methods", "CLibZ"], in: "Kinds/Series"),
    library("Sound", ["Methods", "CSndfile", "CSoxr", "CSpectra"], in: "Kinds/Sound"),
    library("Training", ["Learning", "Measures", "CLibZ"]),
    library("Planning", ["Training"]),
    library("Evaluation", ["Training"]),
    library(
      "Reports", ["Evaluation", "Pictures"],
      resources: ["Resources/map.js", "Resources/curve.js", "Resources/style.css"]),
    library("Selection", ["Planning", "Reports"]),
    library("Export", ["Evaluation"]),
    library("Swiftlet", ["Selection", "Export", "Methods", "Pictures", "Tables", "Text", "Series", "Sound"]),
    library("Diagnosis", ["Planning", "Pictures", "Sound"]),

    // The program
    library("ArgumentParsing", ["Files"]),
    .target(name: "CAllocator", dependencies: ["CJemalloc"], cSettings: strictC),
    library("SwiftletCommands", ["Swiftlet", "Diagnosis", "ArgumentParsing"], in: "Commands"),
    .executableTarget(
      name: "CommandLineTool", dependencies: dependencies(["SwiftletCommands", "CAllocator"]),
      swiftSettings: strictSwift, linkerSettings: findsLibtorchAtRunTime),

    // Tests mirror the sources
    .target(
      name: "TestSupport", dependencies: dependencies(["Samples"]), path: "Tests/TestSupport",
      swiftSettings: strictSwift),
    tests("FilesTests", ["Files"]),
    tests("SettingsTests", ["Settings"]),
    tests("TorchTests", ["Torch"]),
    tests("LayersTests", ["Backbones"]),
    tests("BackbonesTests", ["Backbones"]),
    tests("ObjectivesTests", ["Objectives"]),
    tests("MeasuresTests", ["Measures"]),
    tests("OptimizersTests", ["Optimizers"]),
    tests("SamplesTests", ["Samples"]),
    tests("LearningTests", ["Swiftlet"]),
    tests("MethodsTests", ["Swiftlet"]),
    tests("PicturesTests", ["Pictures", "CPixels"]),
    tests("TablesTests", ["Tables"]),
    tests("SeriesTests", ["Swiftlet"]),
    tests("SoundTests", ["Swiftlet"]),
    tests("TextTests", ["Swiftlet"]),
    tests("TrainingTests", ["Swiftlet"]),
    tests("PlanningTests", ["Swiftlet"]),
    tests("EvaluationTests", ["Swiftlet"]),
    tests("DiagnosisTests", ["Swiftlet", "Diagnosis"]),
    tests("ExportTests", ["Swiftlet"]),
    tests("SwiftletTests", ["Swiftlet"]),
    tests("ReportsTests", ["Swiftlet"], excluding: ["map.test.mjs"]),
    tests("SelectionTests", ["Swiftlet"]),
    tests("ArgumentParsingTests", ["ArgumentParsing"]),
    tests("CommandsTests", ["SwiftletCommands"]),
    tests("CommandLineToolTests", ["CommandLineTool", "SwiftletCommands"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx20
)
