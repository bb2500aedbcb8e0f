import Torch

extension ResNet.Configuration: OnnxNetwork {
  public func features(_ x: String, _ graph: inout OnnxBuilder) throws(TorchError) -> String {
    try graph.resNet(x, self)
  }
}

extension OnnxBuilder {
  fileprivate mutating func resNet(_ x: String, _ configuration: ResNet.Configuration) throws(TorchError) -> String {
    var x = x
    switch configuration.stem {
    case .imageNet:
      x = add("Relu", try batchNorm(convolution(x, "conv1", stride: 2, padding: 3), "bn1"))
      x = add(
        "MaxPool", x,
        attributes: [
          "kernel_shape": .integers([3, 3]), "strides": .integers([2, 2]), "pads": .integers([1, 1, 1, 1]),
        ])
    case .cifar: x = add("Relu", try batchNorm(convolution(x, "conv1", stride: 1, padding: 1), "bn1"))
    }
    for stage in 1...4 {
      var block = 0
      while has("layer\(stage).\(block).conv1.weight") {
        x = try residualBlock(x, "layer\(stage).\(block)", stride: stage > 1 && block == 0 ? 2 : 1)
        block += 1
      }
    }
    return add("Flatten", add("GlobalAveragePool", x), attributes: ["axis": .integer(1)])
  }

  /// A block of two or three convolutions. The first 3 × 3 convolution has the stride.
  private mutating func residualBlock(_ x: String, _ name: String, stride: Int) throws(TorchError) -> String {
    let isBottleneck = has("\(name).conv3.weight")
    var residual = x
    for index in 1...(isBottleneck ? 3 : 2) {
      if index > 1 { residual = add("Relu", residual) }
      let isStrided = index == (isBottleneck ? 2 : 1)
      residual = try batchNorm(
        convolution(
          residual, "\(name).conv\(index)", stride: isStrided ? stride : 1,
          padding: isBottleneck && index != 2 ? 0 : 1), "\(name).bn\(index)")
    }
    var shortcut = x
    if has("\(name).downsample.0.weight") {
      shortcut = try batchNorm(
        convolution(x, "\(name).downsample.0", stride: stride, padding: 0), "\(name).downsample.1")
    }
    return add("Relu", add("Add", residual, shortcut))
  }
}
