#!/usr/bin/env python3
"""Makes info_nce.json: values and gradients of the one-directional InfoNCE of SCARF.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/info_nce.py

The oracle is algorithm 1 of Bahri et al. 2022 (arXiv 2106.15147) written out in loops, in float64: rows are scaled to
length 1, row i of the clean view is an anchor, row i of the corrupted view its partner, and the sum below runs over all
N corrupted rows. The paper divides that sum by N; "scarf" is its value, "loss" is without the division, log N more. The
gradients, which are the same, are checked against finite differences.

JSON: {"cases": [{"count", "width", "temperature", "anchors": [N][D], "candidates": [N][D], "loss", "scarf",
"gradientAnchors", "gradientCandidates"}]}
"""

import json
from pathlib import Path

import torch


def scarf(anchors: torch.Tensor, candidates: torch.Tensor, temperature: float) -> torch.Tensor:
    count = len(anchors)
    a = [row / row.square().sum().sqrt() for row in anchors]
    c = [row / row.square().sum().sqrt() for row in candidates]
    total = torch.zeros((), dtype=anchors.dtype)
    for i in range(count):
        scores = [(a[i] * c[k]).sum() / temperature for k in range(count)]
        mean = sum(torch.exp(score) for score in scores) / count
        total = total - torch.log(torch.exp(scores[i]) / mean)
    return total / count


def case(generator: torch.Generator, count: int, width: int, temperature: float) -> dict:
    # Lengths far from 1 so that a forgotten normalisation shows.
    a, c = (3 * torch.randn(count, width, dtype=torch.float64, generator=generator) for _ in range(2))
    c = 0.5 * a + c
    a, c = a.requires_grad_(), c.requires_grad_()
    value = scarf(a, c, temperature)
    value.backward()
    assert torch.autograd.gradcheck(lambda x, y: scarf(x, y, temperature), (a, c))
    loss = value + torch.log(torch.tensor(float(count), dtype=torch.float64))
    return {"count": count, "width": width, "temperature": temperature, "anchors": a.tolist(),
            "candidates": c.tolist(), "loss": loss.item(), "scarf": value.item(),
            "gradientAnchors": a.grad.tolist(), "gradientCandidates": c.grad.tolist()}


def main() -> None:
    generator = torch.Generator().manual_seed(15)
    cases = [case(generator, count, width, temperature)
             for count in (2, 5, 8) for width in (3, 16) for temperature in (0.2, 1.0)]
    Path(__file__).with_suffix(".json").write_text(json.dumps({"cases": cases}) + "\n")


if __name__ == "__main__":
    main()
