// The library: everything a program needs to learn without labels, under one import.
@_exported import Backbones
@_exported import Datasets
@_exported import Evaluation
@_exported import Export
@_exported import Layers
@_exported import Measures
@_exported import Methods
@_exported import Objectives
@_exported import Planning
@_exported import Reports
@_exported import Selection
@_exported import Settings
@_exported import Torch
@_exported import Training
@_exported import Views
