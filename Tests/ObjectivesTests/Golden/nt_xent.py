#!/usr/bin/env python3
"""Makes nt_xent.json: values and gradients of the normalised temperature-scaled cross entropy.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/nt_xent.py

The oracle is written out in loops from equation 1 of Chen et al. 2020 (arXiv 2002.05709), in float64: rows are scaled
to length 1, every one of the 2N rows is an anchor, its partner is the other view of the same sample, and the sum below
runs over all other 2N - 1 rows. The loss is the mean over the 2N anchors. Its value is checked against lightly's
NTXentLoss in float32, its gradients against finite differences.

JSON: {"cases": [{"count", "width", "temperature", "viewA": [N][D], "viewB": [N][D], "loss", "gradientA", "gradientB"}]}
"""

import json
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (lightly imports torchvision)
from lightly.loss import NTXentLoss


def nt_xent(view_a: torch.Tensor, view_b: torch.Tensor, temperature: float) -> torch.Tensor:
    count = len(view_a)
    rows = [row / row.square().sum().sqrt() for row in [*view_a, *view_b]]
    total = torch.zeros((), dtype=view_a.dtype)
    for anchor in range(2 * count):
        partner = (anchor + count) % (2 * count)
        others = [other for other in range(2 * count) if other != anchor]
        logits = {other: (rows[anchor] * rows[other]).sum() / temperature for other in others}
        largest = max(logit.item() for logit in logits.values())
        below = sum(torch.exp(logit - largest) for logit in logits.values())
        total = total + torch.log(below) + largest - logits[partner]
    return total / (2 * count)


def case(generator: torch.Generator, count: int, width: int, temperature: float) -> dict:
    # Lengths far from 1 so that a forgotten normalisation shows.
    view_a, view_b = (3 * torch.randn(count, width, dtype=torch.float64, generator=generator) for _ in range(2))
    view_b = 0.5 * view_a + view_b
    view_a, view_b = view_a.requires_grad_(), view_b.requires_grad_()
    loss = nt_xent(view_a, view_b, temperature)
    loss.backward()
    theirs = NTXentLoss(temperature=temperature)(view_a.detach().float(), view_b.detach().float())
    assert abs(theirs.item() - loss.item()) < 2e-6 * max(1, loss.item()), (theirs.item(), loss.item())
    assert torch.autograd.gradcheck(lambda a, b: nt_xent(a, b, temperature), (view_a, view_b))
    return {"count": count, "width": width, "temperature": temperature,
            "viewA": view_a.tolist(), "viewB": view_b.tolist(), "loss": loss.item(),
            "gradientA": view_a.grad.tolist(), "gradientB": view_b.grad.tolist()}


def main() -> None:
    generator = torch.Generator().manual_seed(20)
    cases = [case(generator, count, width, temperature)
             for count in (2, 5, 8) for width in (3, 16) for temperature in (0.1, 0.5)]
    Path(__file__).with_suffix(".json").write_text(json.dumps({"cases": cases}) + "\n")


if __name__ == "__main__":
    main()
