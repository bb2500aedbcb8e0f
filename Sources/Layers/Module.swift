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
/// A layer names its parts, and the names form dotted paths. They equal those of torchvision and timm for the same
/// architecture, so that weights can be exchanged both ways.
public protocol Module: AnyObject {
  var parameters: [(name: String, parameter: Parameter)] { get }
  var buffers: [(name: String, buffer: Buffer)] { get }
  var children: [(name: String, module: any Module)] { get }
  /// Switches this layer and those below it between training mode and evaluation mode.
  func setTraining(_ isTraining: Bool)
  /// Says which processes this layer and those below it compute with.
  func join(_ world: World)
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
  public func join(_ world: World) { joinChildren(world) }
  package func joinChildren(_ world: World) { for child in children { child.module.join(world) } }

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

  /// The parameters that gradients change. A teacher's parameters, which follow other parameters, are not among them.
  public var trainedParameters: [(name: String, parameter: Parameter)] {
    namedParameters.filter(\.parameter.tensor.requiresGrad)
  }

  /// The number of trained values.
  public var parameterCount: Int { trainedParameters.reduce(0) { $0 + $1.parameter.tensor.count } }

  /// Moves every parameter and buffer; weights of convolutions take `imageFormat`. Call it before making an
  /// optimiser.
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

  /// Removes all accumulated gradients.
  public func clearGradients() throws(TorchError) {
    for (_, parameter) in namedParameters { try parameter.tensor.clearGrad() }
  }
}
