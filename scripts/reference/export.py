#!/usr/bin/env python3
"""Compares features of an exported network in onnxruntime and timm with those of the run: `export.py EXPORT PICTURES`."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torchvision_without_operators  # noqa: F401  (before timm)
import timm
from PIL import Image
from safetensors import safe_open

TOLERANCE = 1e-4


def batch(names: list, pictures: Path, preprocessing: dict) -> np.ndarray:
    mean, std = (np.array(preprocessing[key], np.float32) for key in ("mean", "std"))
    pixels = [np.asarray(Image.open(pictures / name).convert("RGB"), np.float32) / 255 for name in names]
    return np.stack([((one - mean) / std).transpose(2, 0, 1) for one in pixels]).astype(np.float32)


def main() -> None:
    folder, pictures = Path(sys.argv[1]), Path(sys.argv[2])
    with safe_open(folder / "model.safetensors", "pt") as file:
        notes = file.metadata()
    with open(folder / "expected.csv") as file:
        names = [row["path"] for row in csv.DictReader(file)]
    inputs = batch(names, pictures, json.loads(notes["preprocessing"]))
    found, expected = {}, {"features": np.load(folder / "expected.npy")}
    if (folder / "expected-predictions.csv").exists():
        with open(folder / "expected-predictions.csv") as file:
            rows = list(csv.reader(file))
        classes = json.loads(notes["target"])["oneOf"]["_0"]
        columns = [rows[0].index(next(name for name in rows[0][2:] if one in name)) for one in classes]
        expected["probabilities"] = np.array([[float(row[column]) for column in columns] for row in rows[1:]])

    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    assert session.get_modelmeta().custom_metadata_map == notes
    outputs = [output.name for output in session.get_outputs()]
    for size in (len(inputs), 1):
        parts = [session.run(None, {"input": inputs[i:i + size]}) for i in range(0, len(inputs), size)]
        for name, values in zip(outputs, zip(*parts)):
            found[f"onnxruntime, {size} at a time: {name}"] = (name, np.concatenate(values))

    if (folder / "config.json").exists():
        model = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
        with torch.no_grad():
            tokens = model.forward_features(torch.from_numpy(inputs))
            found["timm: features"] = ("features", model.forward_head(tokens, pre_logits=True).numpy())
            if "probabilities" in expected:
                logits = model(torch.from_numpy(inputs))
                found["timm: probabilities"] = ("probabilities", torch.softmax(logits, 1).numpy())
        transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model))
        same = np.stack([transform(Image.open(pictures / name).convert("RGB")).numpy() for name in names])
        found["timm's own transform: features"] = (
            "features", model.forward_head(model.forward_features(torch.from_numpy(same)), pre_logits=True).detach().numpy())

    missing = set(expected) - {name for name, _ in found.values()}
    worst = 0.0
    for label, (name, values) in found.items():
        assert values.shape == expected[name].shape, (label, values.shape, expected[name].shape)
        difference = np.abs(values - expected[name]).max() / max(1, np.abs(expected[name]).max())
        worst = max(worst, difference)
        print(f"{folder.name:24} {label:45} {difference:.1e}")
    if missing or not worst <= TOLERANCE:
        sys.exit(f"{folder.name}: {missing or worst}")


if __name__ == "__main__":
    main()
