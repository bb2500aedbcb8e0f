import Samples
import Synchronization

/// Views of pictures: each sample is decoded once, and each of its views is drawn from that by its own recipe.
///
/// A view is [channels, side, side] normalised float32 with channels last. The recipe determines the number of
/// channels.
package struct ImageViews: ViewSource {
  package struct Configuration: Codable, Sendable, Equatable {
    /// One view of a picture.
    package struct View: Codable, Sendable, Equatable {
      package var recipe: ImageRecipe
      /// In pixels, at least 1.
      package var side: Int

      package init(_ recipe: ImageRecipe, side: Int) {
        self.recipe = recipe
        self.side = side
      }
    }

    package var views: [View]
    /// Side in pixels of the evaluation view.
    package var imageSize: Int
    package var decode: CanonicalDecode
    package var seed: UInt64

    /// Without a decoding rule, pictures are reduced to a shorter side of at least 2 × `imageSize`, so that crops of a
    /// quarter of the area still have as many pixels as the view.
    package init(recipes: [ImageRecipe], imageSize: Int, decode: CanonicalDecode? = nil, seed: UInt64) {
      self.init(
        views: recipes.map { View($0, side: imageSize) }, imageSize: imageSize, decode: decode, seed: seed)
    }

    package init(views: [View], imageSize: Int, decode: CanonicalDecode? = nil, seed: UInt64) {
      self.views = views
      self.imageSize = imageSize
      self.decode = decode ?? CanonicalDecode(shortSide: 2 * imageSize)
      self.seed = seed
    }

    /// The single view for evaluation: without randomness, with the decode and normalisation of training.
    package var evaluation: Configuration {
      var recipe = ImageRecipe.centre
      if let first = views.first?.recipe {
        recipe.normalisation = first.normalisation
        recipe.filter = first.filter
      }
      return Configuration(recipes: [recipe], imageSize: imageSize, decode: decode, seed: seed)
    }
  }

  package let files: FileList
  package let configuration: Configuration
  private let cache: PictureCache
  private let packed: PackedCache?
  private let keys: SampleKeys
  /// Samples whose files were decoded completely, without an error.
  private let readable: SampleSet
  private let rule: [UInt8]
  private let decoding = DecodingClock()
  /// Where the second view is of another picture.
  private let partners: Partners?

  /// Views do not depend on what is kept.
  ///
  /// - Parameters:
  ///   - cacheBytes: the memory that decoded pictures may take; 0 for none.
  ///   - packed: where decoded pictures are kept on disk; nil for nowhere.
  ///   - partners: says of which picture the second view is; nil for the same as of the first.
  package init(
    of files: FileList, configuration: Configuration, cacheBytes: Int, packed: PackedCache? = nil,
    partners: Partners? = nil
  ) {
    self.init(
      files: files, configuration: configuration, cache: PictureCache(limit: cacheBytes), packed: packed,
      keys: SampleKeys(sampleCount: packed == nil ? 0 : files.count), readable: SampleSet(sampleCount: files.count),
      partners: partners)
  }

  private init(
    files: FileList, configuration: Configuration, cache: PictureCache, packed: PackedCache?, keys: SampleKeys,
    readable: SampleSet, partners: Partners?
  ) {
    self.partners = partners
    self.files = files
    self.configuration = configuration
    self.cache = cache
    self.packed = packed
    self.keys = keys
    self.readable = readable
    rule = PackedKey.fingerprint(of: configuration.decode)
  }

  /// The evaluation views of the same pictures. The pictures in memory are shared.
  package var evaluation: ImageViews {
    ImageViews(
      files: files, configuration: configuration.evaluation, cache: cache, packed: packed, keys: keys,
      readable: readable, partners: nil)
  }

  package var sampleCount: Int { files.count }
  package var alike: [[Int]]? { partners?.neighbours }
  package var decodingTime: Duration { .nanoseconds(decoding.nanoseconds.load(ordering: .relaxed)) }

  package var layouts: [ViewLayout] {
    configuration.views.map {
      ViewLayout(shape: [$0.recipe.channelCount, $0.side, $0.side], isChannelsLast: true)
    }
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(SampleError) {
    let own = try picture(of: sample, for: sample, epoch: epoch)
    let other = partner(of: sample, epoch: epoch)
    for (view, plan) in configuration.views.enumerated() {
      // Of local views, each second one is of the partner too.
      let picture = view % 2 == 1 ? other ?? own : own
      let (recipe, side) = (plan.recipe, plan.side)
      let pixels = buffers[view].assumingMemoryBound(to: Float.self)
      let channels = recipe.channelCount
      guard let target = pixels.baseAddress, pixels.count >= channels * side * side else {
        preconditionFailure("buffer \(view) holds \(pixels.count) floats, and not \(channels) x \(side) x \(side)")
      }
      guard recipe.takes(channels: picture.pixels.channels) else {
        throw SampleError(
          name: files.name(of: sample), reason: "has \(picture.pixels.channels) channels, and the run takes \(channels)"
        )
      }
      var generator = generator(sample: sample, epoch: epoch, view: view)
      recipe.render(picture, size: side, generator: &generator, into: target)
    }
  }

  private func generator(sample: Int, epoch: Int, view: Int) -> ViewGenerator {
    ViewGenerator(seed: configuration.seed, epoch: epoch, sample: sample, view: view)
  }

  /// The picture of the second view; nil where it is the sample's own, also because the other cannot be read: it is
  /// reported when its turn as a sample comes.
  private func partner(of sample: Int, epoch: Int) -> PicturePart? {
    guard let partners, configuration.views.count > 1 else { return nil }
    let partner = partners.partner(of: sample, epoch: epoch, seed: configuration.seed)
    guard partner != sample else { return nil }
    guard let picture = try? picture(of: partner, for: sample, epoch: epoch) else { return nil }
    let channels = picture.pixels.channels
    return configuration.views.allSatisfy { $0.recipe.takes(channels: channels) } ? picture : nil
  }

  /// - Parameter viewed: the sample whose views are drawn.
  private func picture(of sample: Int, for viewed: Int, epoch: Int) throws(SampleError) -> PicturePart {
    if let picture = cache.picture(of: sample) { return PicturePart(picture) }
    let start = ContinuousClock.now
    defer { decoding.add(start.duration(to: .now)) }
    do throws(DecodeError) {
      // A picture that is not kept is decoded for the views of this epoch only, and these may need only a part of it.
      // The first time it is decoded completely, so that damaged files are found as reliably as when pictures are kept.
      let isKept = packed != nil || cache.limit > 0
      if !isKept, readable.contains(sample) { return try part(of: sample, for: viewed, epoch: epoch) }
      let picture = try readOrDecoded(sample)
      if isKept { cache.keep(picture, of: sample) } else { readable.insert(sample) }
      return PicturePart(picture)
    } catch {
      throw SampleError(name: files.name(of: sample), reason: error.reason)
    }
  }

  private func part(of sample: Int, for viewed: Int, epoch: Int) throws(DecodeError) -> PicturePart {
    let (path, part) = (files.path(of: sample), files.samples[sample].part)
    return try PictureDecoder.decodePart(path: path, part: part, rule: configuration.decode) { width, height in
      let boxes = configuration.views.enumerated().map { view, plan in
        plan.recipe.box(width: width, height: height, generator: generator(sample: viewed, epoch: epoch, view: view))
      }
      return CropBox.around(boxes) ?? .whole(of: width, height)
    }
  }

  private func readOrDecoded(_ sample: Int) throws(DecodeError) -> Picture {
    if let packed, let key = keys[sample], let picture = packed.picture(key) { return picture }
    let (path, part) = (files.path(of: sample), files.samples[sample].part)
    let rule = part.map { self.rule + PackedKey.fingerprint(of: $0) } ?? self.rule
    let key = packed == nil ? nil : PackedKey(path: path, rule: rule)
    if let key, let picture = packed?.picture(key) {
      keys[sample] = key
      return picture
    }
    let picture = try PictureDecoder.decode(path: path, part: part, rule: configuration.decode)
    // If the file changed while it was read, the picture may belong to neither version, so it is not kept.
    if let key, key == PackedKey(path: path, rule: rule) {
      packed?.keep(picture, key)
      keys[sample] = key
    }
    return picture
  }
}

/// Shared by all threads that decode.
private final class DecodingClock: Sendable {
  let nanoseconds = Atomic<Int64>(0)

  func add(_ time: Duration) { nanoseconds.add(Int64(time / .nanoseconds(1)), ordering: .relaxed) }
}
