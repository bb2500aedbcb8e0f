#!/usr/bin/env python3
"""Makes predictions.json: values and gradients of the losses of MAE and I-JEPA.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/predictions.py

In float64, from the definitions written out in loops: MAE's mean squared error on hidden patches, each scaled by its own
mean and unbiased variance plus 1e-6; I-JEPA's smooth L1 distance to features scaled by their own mean and biased variance
plus 1e-5.

JSON: {"mae": [{"restored": [N][M][D], "patches": [N][M][D], "loss", "lossUnscaled", "gradient": [N][M][D]}],
       "ijepa": [{"predicted": [N][M][D], "targets": [N][M][D], "loss", "gradient": [N][M][D]}]}
"""

import json
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)


def scaled(row: list, correction: int, epsilon: float) -> list:
    mean = sum(row) / len(row)
    variance = sum((value - mean) ** 2 for value in row) / (len(row) - correction)
    return [(value - mean) / (variance + epsilon) ** 0.5 for value in row]


def restoration(restored: torch.Tensor, patches: torch.Tensor, scales: bool) -> torch.Tensor:
    total = torch.zeros(())
    for n in range(len(patches)):
        for m in range(len(patches[n])):
            row = patches[n, m].tolist()
            target = scaled(row, 1, 1e-6) if scales else row
            for d, value in enumerate(target):
                total = total + (restored[n, m, d] - value) ** 2
    return total / restored.numel()


def prediction(predicted: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    total = torch.zeros(())
    for n in range(len(targets)):
        for m in range(len(targets[n])):
            for d, value in enumerate(scaled(targets[n, m].tolist(), 0, 1e-5)):
                distance = (predicted[n, m, d] - value).abs()
                total = total + (distance**2 / 2 if distance < 1 else distance - 0.5)
    return total / predicted.numel()


def main() -> None:
    torch.manual_seed(12)
    written = {"mae": [], "ijepa": []}
    for samples, patches, width in ((1, 1, 2), (2, 3, 5), (3, 2, 12)):
        x = (2 * torch.randn(samples, patches, width)).requires_grad_()
        y = 3 * torch.randn(samples, patches, width) + 1
        loss = restoration(x, y, True)
        (gradient,) = torch.autograd.grad(loss, x)
        written["mae"].append({
            "restored": x.tolist(), "patches": y.tolist(), "loss": loss.item(),
            "lossUnscaled": restoration(x, y, False).item(), "gradient": gradient.tolist()})
        loss = prediction(x, y)
        (gradient,) = torch.autograd.grad(loss, x)
        written["ijepa"].append({
            "predicted": x.tolist(), "targets": y.tolist(), "loss": loss.item(), "gradient": gradient.tolist()})
    Path(__file__).with_suffix(".json").write_text(json.dumps(written) + "\n")


if __name__ == "__main__":
    main()
