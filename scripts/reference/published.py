#!/usr/bin/env python3
"""Features of small DINOv2 networks with random weights, in the layouts in which DINOv2 is published: writes
Tests/TrainingTests/Golden/published.json. Needs `scripts/reference/setup` and transformers 5.24.

    .deps/reference/bin/python scripts/reference/published.py

timm 1.0.31 and transformers 5.24 are the references. Weights are `named_numbers` of their names in the file, those of
normalisations with 1 added; the pictures are five times the numbers of "pictures". Facebook's layout passes timm's own
conversion of published files. Features are class tokens behind the last normalisation, for pictures of 56 pixels, for which
the positions were made, and of 84, for which each library, or the code of facebookresearch/dinov2, interpolates them.

JSON: {"cases": [{"name", "shapes": {name: shape}, "config": what config.json has beside the file, or null,
                  "features": {"56": [2][192], "84": [2][192]}}]}
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import torch
import torchvision_without_operators  # noqa: F401  (before timm)
import timm
from named_numbers import numbers
from safetensors.torch import load_file, save_file
from timm.models.vision_transformer import checkpoint_filter_fn

WIDTH, DEPTH, HEADS, PATCH, OWN, OTHER = 192, 2, 3, 14, 56, 84
SIZES = {"embed_dim": WIDTH, "depth": DEPTH, "num_heads": HEADS}


def weights(shapes: dict) -> dict:
    state = {}
    for name, shape in shapes.items():
        values = numbers(name, int(np.prod(shape))).reshape(shape)
        norms = "norm" in name and name.endswith("weight")
        state[name] = torch.tensor(values + (1 if norms else 0), dtype=torch.float32)
    return state


def pictures(side: int) -> torch.Tensor:
    values = 5 * numbers("pictures", 2 * 3 * side * side)
    return torch.tensor(values.reshape(2, 3, side, side), dtype=torch.float32)


def timms(registers: bool, side: int = OWN) -> torch.nn.Module:
    name = "vit_small_patch14_reg4_dinov2" if registers else "vit_small_patch14_dinov2"
    return timm.create_model(name, img_size=side, dynamic_img_size=True, **SIZES).eval()


@torch.no_grad()
def features(model: torch.nn.Module, side: int) -> list:
    return model(pictures(side)).double().tolist()


def shapes_of(state: dict) -> dict:
    return {name: list(tensor.shape) for name, tensor in state.items()}


def of_timm(registers: bool) -> dict:
    model = timms(registers)
    shapes = shapes_of(model.state_dict())
    model.load_state_dict(weights(shapes))
    return {"shapes": shapes, "config": None, "features": {str(side): features(model, side) for side in (OWN, OTHER)}}


def interpolated(places: torch.Tensor) -> torch.Tensor:
    """As `interpolate_pos_encoding` of facebookresearch/dinov2 without registers: no antialiasing, an offset of 0.1."""
    old, new = OWN // PATCH, OTHER // PATCH
    grid = places[:, 1:].reshape(1, old, old, WIDTH).permute(0, 3, 1, 2)
    scale = (new + 0.1) / old
    grid = torch.nn.functional.interpolate(grid, scale_factor=(scale, scale), mode="bicubic", antialias=False)
    assert grid.shape[-2:] == (new, new)
    return torch.cat([places[:, :1], grid.permute(0, 2, 3, 1).reshape(1, new * new, WIDTH)], 1)


def of_facebook(registers: bool) -> dict:
    shapes = shapes_of(timms(registers).state_dict())
    shapes["mask_token"] = [1, WIDTH]
    shapes["pos_embed"] = [1, 1 + (OWN // PATCH) ** 2, WIDTH]
    if registers:
        shapes["register_tokens"] = shapes.pop("reg_token")
    state = weights(shapes)
    found = {}
    for side in (OWN, OTHER):
        own = dict(state)
        if side == OTHER and not registers:
            own["pos_embed"] = interpolated(own["pos_embed"])
        # With registers timm interpolates as facebookresearch/dinov2 does, antialiased and without an offset.
        model = timms(registers, side if side == OWN or not registers else OWN)
        model.load_state_dict(checkpoint_filter_fn(own, model))
        found[str(side)] = features(model, side)
    return {"shapes": shapes, "config": None, "features": found}


@torch.no_grad()
def of_transformers(registers: bool) -> dict:
    from transformers import Dinov2Config, Dinov2Model, Dinov2WithRegistersConfig, Dinov2WithRegistersModel

    make, kind = (
        (Dinov2WithRegistersConfig, Dinov2WithRegistersModel) if registers else (Dinov2Config, Dinov2Model))
    config = make(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, patch_size=PATCH, image_size=OWN)
    with tempfile.TemporaryDirectory() as folder:
        kind(config).save_pretrained(folder)
        file = Path(folder) / "model.safetensors"
        # Their names in a file are not those in memory.
        shapes = shapes_of(load_file(file))
        save_file(weights(shapes), file, metadata={"format": "pt"})
        model = kind.from_pretrained(folder).eval()
        recorded = json.loads((Path(folder) / "config.json").read_text())
    found = {str(side): model(pictures(side)).pooler_output.double().tolist() for side in (OWN, OTHER)}
    kept = ("model_type", "hidden_size", "num_attention_heads", "num_hidden_layers", "patch_size", "image_size")
    return {"shapes": shapes, "config": {name: recorded[name] for name in kept}, "features": found}


def make() -> None:
    cases = []
    for library, function in (("timm", of_timm), ("facebook", of_facebook), ("transformers", of_transformers)):
        for registers in (False, True):
            name = f"{library}{', registers' if registers else ''}"
            cases.append({"name": name} | function(registers))
            print(name, len(cases[-1]["shapes"]), "weights")
    for case in cases:
        case["features"] = {
            side: [[float(f"{value:.7g}") for value in row] for row in rows] for side, rows in case["features"].items()}
    path = Path(__file__).parents[2] / "Tests/TrainingTests/Golden/published.json"
    path.write_text(json.dumps({"cases": cases}) + "\n")


if __name__ == "__main__":
    make()
