import Torch

/// One view of each sample of a batch, as a network takes it.
///
/// Most kinds of data need one tensor, such as [batch, channels, height, width]; others several, such as token ids and
/// their mask. The first dimension of each is the batch. Where a dimension is as long as the longest sample of its
/// batch, shorter samples are filled up with zeros, and a mask among the tensors says where.
public struct ViewBatch {
  public let tensors: [Tensor]
  /// Whether dimension 1 of a tensor differs between batches; one entry a tensor.
  public let areVarying: [Bool]

  /// - Parameters:
  ///   - tensors: at least one, each with the same first dimension.
  ///   - areVarying: one entry a tensor; nil where no length varies.
  public init(_ tensors: [Tensor], areVarying: [Bool]? = nil) {
    precondition(!tensors.isEmpty, "a view has at least one tensor")
    self.tensors = tensors
    self.areVarying = areVarying ?? tensors.map { _ in false }
  }

  public init(_ tensor: Tensor) { self.init([tensor]) }

  /// The first tensor: all there is, for most kinds of data.
  public var tensor: Tensor { tensors[0] }
  /// How many samples.
  public var count: Int { tensor.shape[0] }
  public var shapes: [[Int]] { tensors.map(\.shape) }
  public var device: Device { tensor.device }

  public func map(_ body: (Tensor) throws(TorchError) -> Tensor) throws(TorchError) -> ViewBatch {
    ViewBatch(try tensors.map(body), areVarying: areVarying)
  }

  /// Some samples, counted from 0.
  public func rows(_ range: Range<Int>) throws(TorchError) -> ViewBatch {
    try map { tensor throws(TorchError) in try tensor.rows(range) }
  }

  /// Samples in another order, or some of them.
  ///
  /// - Parameter indices: [count] int64
  public func indexed(by indices: Tensor) throws(TorchError) -> ViewBatch {
    try map { tensor throws(TorchError) in try tensor.indexed(by: indices) }
  }

  /// As many parts of equal size, in order.
  ///
  /// - Parameter count: divides the number of samples.
  public func chunks(_ count: Int) throws(TorchError) -> [ViewBatch] {
    let size = self.count / count
    return try (0..<count).map { part throws(TorchError) in try rows(part * size..<(part + 1) * size) }
  }

  /// Whether both can pass a network in one batch without filling one of them up.
  public func hasSameSize(as other: ViewBatch) -> Bool { shapes == other.shapes }
}

/// The samples of several views, one view after the other: [views · batch, …].
///
/// Tensors of a length that varies are filled up with zeros to the longest of them.
public func concatenate(_ views: [ViewBatch]) throws(TorchError) -> ViewBatch {
  let first = views[0]
  if views.count == 1 { return first }
  let tensors = try first.tensors.indices.map { part throws(TorchError) -> Tensor in
    var parts = views.map { $0.tensors[part] }
    if first.areVarying[part] {
      let longest = parts.map { $0.shape[1] }.max() ?? 0
      parts = try parts.map { tensor throws(TorchError) in try tensor.paddedRows(to: longest) }
    }
    return try concatenate(parts)
  }
  return ViewBatch(tensors, areVarying: first.areVarying)
}

extension Tensor {
  /// [batch, length, …] with zeros behind, up to `length`.
  fileprivate func paddedRows(to length: Int) throws(TorchError) -> Tensor {
    guard shape[1] < length else { return self }
    let missing = [shape[0], length - shape[1]] + Array(shape.dropFirst(2))
    return try concatenate([self, .zeros(missing, dtype ?? .float32, on: device)], dimension: 1)
  }
}
