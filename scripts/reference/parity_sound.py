#!/usr/bin/env python3
"""Twenty steps of BYOL-A and COLA in PyTorch, for Swiftlet to repeat: Tests/SoundTests/Golden/parity.json.

Written from the descriptions in the papers (Niizumi et al. 2023, arXiv:2204.07402; Saeed et al. 2021, arXiv:2010.10915): the
encoder of BYOL-A v2, two views standardised together, a predictor and a moving average; dense layer, layer normalisation, tanh
and a bilinear similarity. Dropout is off. Neither weights nor views are recorded: both sides compute them from names
(`numbers`), so that the file holds only losses and how far each parameter moved. Needs torch and numpy.
"""

import copy
import json
import math
from pathlib import Path

import numpy as np
import torch
from named_numbers import numbers
from torch import nn
from torch.nn import functional as F

STEPS, WARM_UP, BATCH, BANDS, FRAMES, WIDTH = 20, 5, 8, 8, 16, 4
DECAY, MOMENTUM, COLA_WIDTH = 0.01, 0.9, 12
# At higher rates, twenty steps of BYOL-A in float32 and in float64 differ by more than a thousandth.
RATES = {"byol-a": 1e-3, "cola": 1e-2}


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, WIDTH, 3, padding=1), nn.BatchNorm2d(WIDTH), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.BatchNorm2d(WIDTH), nn.ReLU(), nn.MaxPool2d(2))
        inner = BANDS // 4 * WIDTH
        self.fc = nn.Sequential(
            nn.Linear(inner, 32 * WIDTH), nn.ReLU(), nn.Identity(), nn.Linear(32 * WIDTH, 32 * WIDTH), nn.ReLU())

    def forward(self, x):
        x = self.features(x).permute(0, 3, 2, 1).flatten(2)
        x = torch.cat([x, self.fc(x)], dim=2)
        return x.mean(dim=1) + x.max(dim=1).values


def head(inputs, hidden, outputs):
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, outputs, bias=False))


FEATURES = BANDS // 4 * WIDTH + 32 * WIDTH


def byol_a():
    student = nn.ModuleDict({"backbone": Encoder(), "projector": head(FEATURES, 16, 8)})
    predictor = head(8, 16, 8)
    state = {}

    def prepare():
        state["teacher"] = copy.deepcopy(student)

    def embed(branch, view):
        return branch["projector"](branch["backbone"](view))

    def loss(views):
        both = torch.cat(views)
        views = [(view - both.mean()) / both.std().clamp(min=torch.finfo(torch.float32).eps) for view in views]
        predictions = [predictor(embed(student, view)) for view in views]
        with torch.no_grad():
            targets = [embed(state["teacher"], view) for view in reversed(views)]
        return sum(2 - 2 * F.cosine_similarity(p, t, dim=1).mean() for p, t in zip(predictions, targets))

    def after():
        with torch.no_grad():
            for own, followed in zip(state["teacher"].parameters(), student.parameters()):
                own.mul_(MOMENTUM).add_(followed, alpha=1 - MOMENTUM)

    named = dict(student.named_parameters()) | {f"predictor.{n}": p for n, p in predictor.named_parameters()}
    return named, prepare, loss, after


def cola():
    model = nn.ModuleDict({
        "backbone": Encoder(), "projection": nn.Linear(FEATURES, COLA_WIDTH), "norm": nn.LayerNorm(COLA_WIDTH, eps=1e-3)})
    similarity = nn.Parameter(torch.empty(COLA_WIDTH, COLA_WIDTH))

    def loss(views):
        # Both views pass in one batch.
        z = torch.tanh(model["norm"](model["projection"](model["backbone"](torch.cat(views)))))
        anchors, others = z.chunk(2)
        return F.cross_entropy(anchors @ similarity @ others.T, torch.arange(len(anchors)))

    named = dict(model.named_parameters()) | {"similarity.weight": similarity}
    return named, lambda: None, loss, lambda: None


def train(name, make):
    named, prepare, loss, after = make()
    with torch.no_grad():
        for key, parameter in named.items():
            # Scales of normalisations lie around 1.
            is_scale = key.endswith("weight") and parameter.ndim == 1
            parameter.copy_(torch.from_numpy(numbers(key, parameter.numel()) + is_scale).reshape(parameter.shape))
    prepare()
    before = {key: parameter.detach().clone() for key, parameter in named.items()}
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in named.values() if p.ndim > 1], "weight_decay": DECAY},
         {"params": [p for p in named.values() if p.ndim <= 1], "weight_decay": 0.0}], lr=0.0)
    losses = []
    for step in range(STEPS):
        rate = RATES[name] * (step + 1) / WARM_UP if step < WARM_UP else RATES[name] * (
            1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP))) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        shape = (BATCH, 1, BANDS, FRAMES)
        common = numbers(f"{name} {step}", math.prod(shape))
        views = [torch.from_numpy(5 * common + 3 * numbers(f"{name} {step} {view}", common.size)).float().reshape(shape)
                 for view in (1, 2)]
        value = loss(views)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        after()
        losses.append(value.item())
    moved = {key: (parameter.detach() - before[key]).norm().item() for key, parameter in named.items()}
    return {"losses": losses, "moved": moved}


def main() -> None:
    torch.set_num_threads(1)
    golden = {
        "steps": STEPS, "warmUpSteps": WARM_UP, "batch": BATCH, "bands": BANDS, "frames": FRAMES, "width": WIDTH,
        "learningRates": RATES, "weightDecay": DECAY, "momentum": MOMENTUM, "colaWidth": COLA_WIDTH,
        "methods": {"byol-a": train("byol-a", byol_a), "cola": train("cola", cola)}}
    for name, result in golden["methods"].items():
        print(f"{name}: loss {result['losses'][0]:.6f} at the first step, {result['losses'][-1]:.6f} at the last")
    path = Path(__file__).resolve().parents[2] / "Tests/SoundTests/Golden/parity.json"
    path.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
