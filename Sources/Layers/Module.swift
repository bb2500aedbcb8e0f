import Torch

/// A tensor that training changes.
public final class Parameter {
  public var tensor: Tensor

  public init(_ tensor: Tensor) throws(TorchError) { self.tensor = try tensor.requireGrad() }
}

/// A tensor that belongs to the state of a layer but is not trained: running statistics, counters.
public final class Buffer {
  public var tensor: Tensor

  public init(_ tensor: Tensor) { self.tensor = tensor }
}

/// A part of a model.
///
/// A layer names what it holds; dotted paths follow from that and equal those of torchvision and timm for the same
/// architecture, so weights travel both ways.
public protocol Module: AnyObject {
  var parameters: [(name: String, parameter: Parameter)] { get }
  var buffers: [(name: String, buffer: Buffer)] { get }
  var children: [(name: String, module: any Module)] { get }
  /// Switches between the behaviour of training and that of use, for this layer and those below it.
  func setTraining(_ isTraining: Bool)
}

/// A module that turns one tensor into another.
public protocol Layer: Module {
  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor
}

extension Module {
  public var parameters: [(name: String, parameter: Parameter)] { [] }
  public var buffers: [(name: String, buffer: Buffer)] { [] }
  public var children: [(name: String, module: any Module)] { [] }
  public func setTraining(_ isTraining: Bool) { for child in children { child.module.setTraining(isTraining) } }

  /// Every parameter below this module, by dotted path, in the order of definition.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    parameters
      + children.flatMap { child in
        child.module.namedParameters.map { ("\(child.name).\($0.name)", $0.parameter) }
      }
  }

  public var namedBuffers: [(name: String, buffer: Buffer)] {
    buffers
      + children.flatMap { child in child.module.namedBuffers.map { ("\(child.name).\($0.name)", $0.buffer) } }
  }

  /// Those that gradients change: not a teacher's, which follow others.
  public var trainedParameters: [(name: String, parameter: Parameter)] {
    namedParameters.filter(\.parameter.tensor.requiresGrad)
  }

  /// How many numbers training changes.
  public var parameterCount: Int { trainedParameters.reduce(0) { $0 + $1.parameter.tensor.count } }

  /// Moves every parameter and buffer; pictures' weights to channels-last order. Before an optimiser is made.
  public func move(to device: Device, imageFormat: MemoryFormat = .channelsLast) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (_, parameter) in namedParameters {
        let tensor = try parameter.tensor.detach()
        let format: MemoryFormat? = tensor.rank == 4 ? imageFormat : nil
        let isTrained = parameter.tensor.requiresGrad
        parameter.tensor = try tensor.to(device: device, format: format).requireGrad(isTrained)
      }
      for (_, buffer) in namedBuffers { buffer.tensor = try buffer.tensor.to(device: device) }
    }
  }

  /// Forgets all gradients.
  public func clearGradients() throws(TorchError) {
    for (_, parameter) in namedParameters { try parameter.tensor.clearGrad() }
  }
}
