extension ImageRecipe {
  /// SimCLR on ImageNet (Chen et al. 2020, appendix A; `data_util.py` of google-research/simclr): crop 0.08-1, jitter
  /// of strength 1, blur with a kernel of a tenth of the side.
  package static let simclr = ImageRecipe(
    crop: Crop(scale: 0.08...1), horizontalFlip: 0.5, colourJitter: .strength(1), greyscale: 0.2,
    blur: Blur(probability: 0.5))

  /// SimCLR on CIFAR-10 (Chen et al. 2020, appendix B.9): half the jitter, no blur.
  package static let simclrCIFAR = ImageRecipe(
    crop: Crop(scale: 0.08...1), horizontalFlip: 0.5, colourJitter: .strength(0.5), greyscale: 0.2)

  /// MoCo v2 (`main_moco.py` of facebookresearch/moco), and SimSiam: crop 0.2-1, weaker jitter, blur.
  package static let mocoV2 = ImageRecipe(
    crop: Crop(scale: 0.2...1), horizontalFlip: 0.5,
    colourJitter: ColourJitter(probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1),
    greyscale: 0.2, blur: Blur(probability: 0.5))

  /// SupContrast on CIFAR (`main_supcon.py` of HobbitLong/SupContrast): the recipe of MoCo v2 without blur.
  package static let supcon = ImageRecipe(
    crop: Crop(scale: 0.2...1), horizontalFlip: 0.5,
    colourJitter: ColourJitter(probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1),
    greyscale: 0.2)

  /// The first view of BYOL (`byol/utils/augmentations.py` of deepmind-research), Barlow Twins and VICReg: always
  /// blurred.
  package static let byolFirst = byol(blur: 1, solarize: 0)

  /// The second view of BYOL, Barlow Twins and VICReg: rarely blurred, sometimes solarised.
  package static let byolSecond = byol(blur: 0.1, solarize: 0.2)

  private static func byol(blur: Float, solarize: Float, leastCrop: Float = 0.08) -> ImageRecipe {
    ImageRecipe(
      crop: Crop(scale: leastCrop...1), filter: .bicubic, horizontalFlip: 0.5,
      colourJitter: ColourJitter(probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1),
      greyscale: 0.2, blur: Blur(probability: blur), solarize: solarize > 0 ? Solarize(probability: solarize) : nil)
  }

  /// MoCo v3 with a residual network (moco-v3, `CONFIG.md`): BYOL's views, with crops of at least a fifth of the area.
  package static let mocoV3First = byol(blur: 1, solarize: 0, leastCrop: 0.2)
  package static let mocoV3Second = byol(blur: 0.1, solarize: 0.2, leastCrop: 0.2)

  /// For minutes of training on a few thousand photographs: crops of at least a quarter of the area, half the jitter,
  /// flips in both directions, no blur. Ours, from measurements on the solar cells at 64 px: the full SimCLR recipe
  /// stays near chance for its first epochs there, and this milder one learns.
  package static let small = ImageRecipe(
    crop: Crop(scale: 0.25...1), horizontalFlip: 0.5, verticalFlip: 0.5, colourJitter: .strength(0.5), greyscale: 0.2)

  /// For things and places that are seen upright, in changing light: crops of at least half the area, exposures that differ by a
  /// gamma of 0.4 to 2.5, half of SimCLR's jitter, no vertical flip. Ours, from measurements on clothes at 28 px: of crops,
  /// rotations, jitter, blur, noise and gamma, only gamma and the missing flip made neighbours better.
  package static let lighting = ImageRecipe(
    crop: Crop(scale: 0.5...1), horizontalFlip: 0.5, gamma: Gamma(probability: 1, range: 0.4...2.5),
    colourJitter: .strength(0.5), greyscale: 0.2)

  /// For digits, scans and drawings on a plain ground, whose class depends on their shape: crops of at least half the area,
  /// rotation by 10 degrees, scale 0.8-1.2, shear of 10 degrees, shift of a tenth, exposures that differ by a gamma of 0.4 to 2.5,
  /// half of SimCLR's jitter, no flips. Ours, from measurements on the digits at 32 px, where crops and jitter alone are worse.
  package static let shapes = ImageRecipe(
    crop: Crop(scale: 0.5...1), affine: Affine(degrees: 10, translation: 0.1, scale: 0.8...1.2, shear: 10),
    gamma: Gamma(probability: 1, range: 0.4...2.5), colourJitter: .strength(0.5), greyscale: 0.2)

  /// For pictures whose brightness is a measurement, such as X-rays, microscopy and electroluminescence: `small` with a
  /// quarter of its jitter and no colour jitter. Ours, from measurements on the solar cells at 64 px. Their defects are
  /// dark, and strong jitter of brightness and contrast teaches the network to ignore them.
  package static let intensity = ImageRecipe(
    crop: Crop(scale: 0.25...1), horizontalFlip: 0.5, verticalFlip: 0.5,
    colourJitter: ColourJitter(probability: 0.8, brightness: 0.1, contrast: 0.1))

  /// The window of a CT whose values are -1024 to 1024 Hounsfield units: from 200 units, between fat and soft tissue, to all of
  /// them. Ours. A file's own window is what somebody wanted to see in it, and says more of the question than of the patient.
  package static let hounsfieldWindow = Window(probability: 0.8, width: 200 / 2048...1)

  /// For moving cameras and changing light, as on vehicles and building sites. Ours: the recipe of MoCo v2 with its
  /// jitter, and with small rotations, shifts and shears, a perspective half the time, and a gamma from half to double.
  package static let camera = ImageRecipe(
    crop: Crop(scale: 0.2...1), horizontalFlip: 0.5,
    affine: Affine(degrees: 10, translation: 0.05, scale: 0.9...1.1, shear: 5),
    perspective: Perspective(probability: 0.5, distortion: 0.3), gamma: Gamma(probability: 0.5, range: 0.5...2),
    colourJitter: ColourJitter(probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1),
    greyscale: 0.2, blur: Blur(probability: 0.5))

  /// The global views of SwAV (Caron et al. 2020; `multicropdataset.py` of facebookresearch/swav): crop 0.14-1, the
  /// jitter of SimCLR, and its own deviations of 0.228, 0.224, 0.225.
  package static let swav = ImageRecipe(
    crop: Crop(scale: 0.14...1), horizontalFlip: 0.5, colourJitter: .strength(1), greyscale: 0.2,
    blur: Blur(probability: 0.5),
    normalisation: Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.228, 0.224, 0.225]))

  /// The global views of DINO (Caron et al. 2021; `main_dino.py` of facebookresearch/dino): BYOL's views, with crops of
  /// at least two fifths of the area.
  package static let dinoFirst = byol(blur: 1, solarize: 0, leastCrop: 0.4)
  package static let dinoSecond = byol(blur: 0.1, solarize: 0.2, leastCrop: 0.4)

  /// The global views of LeJEPA (Balestriero & LeCun 2025; the minimal example of rbalestr-lab/lejepa): crops of at least three
  /// tenths of the area, weak jitter, blur half the time, solarised now and then.
  package static let leJEPA = ImageRecipe(
    crop: Crop(scale: 0.3...1), horizontalFlip: 0.5,
    colourJitter: ColourJitter(probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1),
    greyscale: 0.2, blur: Blur(probability: 0.5), solarize: Solarize(probability: 0.2))

  /// The view of MAE (He et al. 2022; `main_pretrain.py` of facebookresearch/mae): crop 0.2-1 and a flip.
  package static let mae = ImageRecipe(crop: Crop(scale: 0.2...1), filter: .bicubic, horizontalFlip: 0.5)

  /// The view of I-JEPA (Assran et al. 2023; `in1k_vith14_ep300.yaml` of facebookresearch/ijepa): crop 0.3-1.
  package static let ijepa = ImageRecipe(crop: Crop(scale: 0.3...1))

  /// For predicting rotations, after `dataloader.py` of FeatureLearningRotNet: a moderate crop and a horizontal flip.
  /// There is no vertical flip, because the upright direction must stay visible.
  package static let upright = ImageRecipe(crop: Crop(scale: 0.6...1), horizontalFlip: 0.5)

  /// For jigsaws, after vissl: nearly the whole picture, flipped horizontally, mostly grey, because colours would
  /// reveal which tiles are neighbours.
  package static let jigsaw = ImageRecipe(crop: Crop(scale: 0.9...1), horizontalFlip: 0.5, greyscale: 0.66)

  /// The recipe for training with labels. A recipe that rotates and shifts pictures stays the
  /// same, because this does not change their class. Any other becomes crops of at least two fifths of the area, the
  /// same flips, a slight jitter of brightness and contrast if the recipe has jitter, and sometimes an erased box.
  package var supervised: ImageRecipe {
    guard affine == nil, let crop else { return self }
    var recipe = ImageRecipe(
      crop: Crop(scale: max(0.4, crop.scale.lowerBound)...1, ratio: crop.ratio), filter: filter,
      horizontalFlip: horizontalFlip, verticalFlip: verticalFlip, normalisation: normalisation)
    recipe.window = window
    if let jitter = colourJitter {
      recipe.colourJitter = ColourJitter(
        probability: 0.8, brightness: min(0.2, jitter.brightness), contrast: min(0.2, jitter.contrast))
    }
    recipe.erasing = Erasing(probability: 0.25, scale: 0.02...0.2)
    return recipe
  }

  /// Without randomness, for evaluation: resizes the shorter side and keeps the central square.
  package static let centre = ImageRecipe()
}

extension ImageRecipe {
  /// The recipes that have a name on the command line.
  public enum Name: String, Codable, Sendable, CaseIterable {
    case simclr
    case simclrCIFAR = "simclr-cifar"
    case mocoV2 = "moco-v2"
    case mocoV3 = "moco-v3"
    case byol
    case supcon
    case upright
    case jigsaw
    case small
    case lighting
    case shapes
    case intensity
    case camera
    case swav
    case dino
    case leJEPA = "lejepa"
    case mae
    case ijepa

    /// The recipe of the first view, and of every other view if `second` is nil.
    package var recipe: ImageRecipe {
      switch self {
      case .simclr: .simclr
      case .simclrCIFAR: .simclrCIFAR
      case .mocoV2: .mocoV2
      case .mocoV3: .mocoV3First
      case .byol: .byolFirst
      case .supcon: .supcon
      case .upright: .upright
      case .jigsaw: .jigsaw
      case .small: .small
      case .lighting: .lighting
      case .shapes: .shapes
      case .intensity: .intensity
      case .camera: .camera
      case .swav: .swav
      case .dino: .dinoFirst
      case .leJEPA: .leJEPA
      case .mae: .mae
      case .ijepa: .ijepa
      }
    }

    /// The local crops of methods that use them.
    package var localCrops: LocalCrops {
      var local = recipe
      switch self {
      case .swav:
        local.crop?.scale = 0.05...0.14
        return LocalCrops(count: 6, recipe: local)
      case .dino:
        local.crop?.scale = 0.05...0.4
        local.blur = ImageRecipe.Blur(probability: 0.5)
        return LocalCrops(count: 8, recipe: local)
      case .leJEPA:
        local.crop?.scale = 0.05...0.3
        return LocalCrops(count: 6, recipe: local)
      default: return .parts(of: recipe)
      }
    }

    /// The recipe of the second view of a pair, if it differs from the first.
    package var second: ImageRecipe? {
      switch self {
      case .byol: .byolSecond
      case .mocoV3: .mocoV3Second
      case .dino: .dinoSecond
      default: nil
      }
    }
  }
}
