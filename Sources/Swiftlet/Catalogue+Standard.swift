import Backbones
import Learning
import Methods
import Pictures
import Series
import Sound
import Tables
import Text
import Training

extension Catalogue {
  /// Everything that Swiftlet brings: the one list of kinds of data, methods and networks.
  public static let standard = Catalogue()
    .adding(Texts.self)
    .adding(Tables.self)
    .adding(TimeSeries.self)
    .adding(Sounds.self)
    .adding(Pictures.self)
    .adding(SimCLR.Configuration.self)
    .adding(MoCoV2.Configuration.self)
    .adding(MoCoV3.Configuration.self)
    .adding(SupCon.Configuration.self)
    .adding(DCL.Configuration.self)
    .adding(BYOL.Configuration.self)
    .adding(SimSiam.Configuration.self)
    .adding(BarlowTwins.Configuration.self)
    .adding(VICReg.Configuration.self)
    .adding(NNCLR.Configuration.self)
    .adding(LeJEPA.Configuration.self)
    .adding(VISReg.Configuration.self)
    .adding(Rotation.Configuration.self)
    .adding(Jigsaw.Configuration.self)
    .adding(SwAV.Configuration.self)
    .adding(DINO.Configuration.self)
    .adding(MAE.Configuration.self)
    .adding(IJEPA.Configuration.self)
    .adding(SCARF.Configuration.self)
    .adding(VIME.Configuration.self)
    .adding(MaskedTokens.Configuration.self)
    .adding(SimCSE.Configuration.self)
    .adding(TSDAE.Configuration.self)
    .adding(RelatedPairs.Configuration.self)
    .adding(TS2Vec.Configuration.self)
    .adding(BYOLA.Configuration.self)
    .adding(COLA.Configuration.self)
    .adding(ResNet.Configuration.self)
    .adding(ViT.Configuration.self)
    .adding(MLP.Configuration.self)
    .adding(TextBag.Configuration.self)
    .adding(BERT.Configuration.self)
    .adding(DilatedCNN.Configuration.self)
    .adding(BYOLAEncoder.Configuration.self)
}

extension RunFolder {
  /// A run of what Swiftlet brings; for what you added, hand over your catalogue.
  public init(_ path: String) { self.init(path, .standard) }
}
