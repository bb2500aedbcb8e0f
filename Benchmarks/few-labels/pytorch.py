#!/usr/bin/env python3
"""Supervised training in PyTorch, like the line "supervised from scratch" of `swiftlet curve`: `pytorch.py SET 1%|10% …`.

The same network (ResNet-18; digits: width 32, CIFAR stem), views by torchvision, AdamW, warm-up and cosine, label smoothing,
mix-up, batch and passes. The learning rate is chosen on a fifth of the labels of the first of five draws, which are those of
`data/SET/subsets`. Then each draw trains on all of its labels, and the test part is used once.
"""

import argparse
import csv
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torchvision_without_operators  # noqa: F401  (before torchvision)
from PIL import Image
from resnet import ResNet18
from sklearn.metrics import roc_auc_score
from torch import nn
from torchvision.transforms import v2

ROOT = Path(__file__).resolve().parent.parent.parent
HAS_BFLOAT16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text()
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Noise(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 0.05 * torch.randn_like(x)


class Square(nn.Module):
    """Erases a square of 9/32 of the side."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        side = round(x.shape[-1] * 9 / 32)
        top, left = (random.randrange(x.shape[-1] - side + 1) for _ in range(2))
        x = x.clone()
        x[..., top:top + side, left:left + side] = 0
        return x


SETS = {
    "digits": (28, 32, True, v2.Compose([
        v2.RandomAffine(20, translate=(0.2, 0.2), scale=(0.7, 1.25), shear=10, interpolation=v2.InterpolationMode.BILINEAR),
        v2.ColorJitter(brightness=0.4), Noise(), Square()])),
    "solar-cells": (64, 64, False, v2.Compose([
        v2.RandomResizedCrop(64, scale=(0.4, 1), antialias=True), v2.RandomHorizontalFlip(), v2.RandomVerticalFlip(),
        v2.RandomApply([v2.ColorJitter(brightness=0.1, contrast=0.1)], p=0.8),
        v2.RandomErasing(p=0.25, scale=(0.02, 0.2))])),
}
normalise = v2.Normalize(MEAN, STD)


def logits(network: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """In the precision that Swiftlet computes in."""
    with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BFLOAT16):
        features = network[0](x)
    return network[1](features.float())


def pictures(name: str) -> tuple:
    """Of every file, in memory: twice the size of a view, and as evaluation sees it."""
    side = SETS[name][0]
    large, plain = {}, {}
    for path in sorted((ROOT / "data" / name / "images").iterdir()):
        picture = Image.open(path).convert("RGB")
        key = f"images/{path.name}"
        kept = picture if min(picture.size) < 2 * side else picture.resize((2 * side, 2 * side), Image.BILINEAR)
        if name == "digits":
            kept = picture.resize((side, side), Image.BILINEAR)
        large[key] = torch.from_numpy(np.array(kept)).permute(2, 0, 1).float() / 255
        plain[key] = torch.from_numpy(np.array(picture.resize((side, side), Image.BILINEAR))).permute(2, 0, 1).float() / 255
    return large, plain


class Study:
    def __init__(self, name: str, epochs: int, width: int | None):
        self.side, usual, self.has_cifar_stem, self.views = SETS[name]
        self.width = width or usual
        self.large, self.plain = pictures(name)
        self.epochs = epochs

    def train(self, rows: list, classes: list, rate: float, seed: int) -> nn.Module:
        torch.manual_seed(seed)
        random.seed(seed)
        network = nn.Sequential(ResNet18(self.width, self.has_cifar_stem), nn.Linear(8 * self.width, len(classes)))
        network = network.to(memory_format=torch.channels_last)
        decayed = [p for p in network.parameters() if p.ndim > 1]
        others = [p for p in network.parameters() if p.ndim <= 1]
        optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0}], lr=rate)
        batch = min(64, len(rows))
        total = self.epochs * (len(rows) // batch)
        warm_up = max(1, total // 20)
        shares = np.random.default_rng(seed)
        step = 0
        network.train()
        for _ in range(self.epochs):
            order = torch.randperm(len(rows)).tolist()
            for start in range(0, len(rows) - batch + 1, batch):
                chosen = [rows[i] for i in order[start:start + batch]]
                x = torch.stack([normalise(self.views(self.large[path])) for path, _ in chosen])
                x = x.contiguous(memory_format=torch.channels_last)
                y = nn.functional.one_hot(torch.tensor([classes.index(label) for _, label in chosen]), len(classes)).float()
                share, other = shares.beta(0.2, 0.2), torch.randperm(batch)
                x, y = share * x + (1 - share) * x[other], share * y + (1 - share) * y[other]
                progress = (step - warm_up) / max(1, total - warm_up)
                now = rate * (step + 1) / warm_up if step < warm_up else rate * (1 + math.cos(math.pi * progress)) / 2
                for group in optimizer.param_groups:
                    group["lr"] = now
                loss = nn.functional.cross_entropy(logits(network, x), y, label_smoothing=0.1)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
        return network.eval()

    @torch.no_grad()
    def probabilities(self, network: nn.Module, rows: list) -> torch.Tensor:
        parts = [torch.stack([normalise(self.plain[path]) for path, _ in rows[i:i + 256]]) for i in range(0, len(rows), 256)]
        return torch.cat([torch.softmax(logits(network, part), 1) for part in parts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=SETS)
    parser.add_argument("fraction", choices=["1%", "10%"])
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--learning-rates", required=True)
    parser.add_argument("--draws", type=int, default=5, help="at most 5")
    parser.add_argument("--width", type=int, help="channels of the network's first blocks (default: as in `run`)")
    parser.add_argument("--title", default="", help="in the name of the line")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    started = time.monotonic()
    study = Study(arguments.set, arguments.epochs, arguments.width)
    percent = arguments.fraction.rstrip("%")
    results, rate, training = [], None, []
    for draw in range(arguments.draws):
        with open(ROOT / "data" / arguments.set / "subsets" / f"{percent}-percent-{draw}.csv") as file:
            table = list(csv.DictReader(file))
        training, test = ([(row["path"], row["label"]) for row in table if row["split"] == part] for part in ("train", "test"))
        classes = sorted({label for _, label in training})
        if rate is None:
            shuffled = random.Random(1).sample(training, len(training))
            held = {path for label in classes for path, _ in [row for row in shuffled if row[1] == label][
                :max(1, round(0.2 * sum(row[1] == label for row in training)))]}
            kept, validation = ([row for row in training if (row[0] in held) == wanted] for wanted in (False, True))
            truth = torch.tensor([classes.index(label) for _, label in validation])
            losses = {}
            for candidate in map(float, arguments.learning_rates.split(",")):
                network = study.train(kept, classes, candidate, 0)
                told = study.probabilities(network, validation)
                losses[candidate] = nn.functional.nll_loss(told.clamp_min(1e-9).log(), truth).item()
            rate = min(losses, key=losses.get)
        told = study.probabilities(study.train(training, classes, rate, draw), test).numpy()
        truth = np.array([classes.index(label) for _, label in test])
        auroc = roc_auc_score(truth, told[:, 1]) if len(classes) == 2 else roc_auc_score(truth, told, multi_class="ovr")
        results.append({"accuracy": {"value": float((told.argmax(1) == truth).mean())}, "auroc": {"value": float(auroc)}})
        print(draw, rate, results[-1], flush=True)
    line = f"supervised from scratch, PyTorch, {arguments.title}".rstrip(", ")
    arguments.output.write_text(json.dumps({
        "line": line, "fraction": float(percent) / 100, "labelCount": len(training),
        "results": results, "learningRate": rate, "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()
