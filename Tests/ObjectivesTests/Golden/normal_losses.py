#!/usr/bin/env python3
"""Makes normal_losses.json: values and gradients of the losses of LeJEPA and VISReg.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/normal_losses.py

Each oracle is written out in loops from its definition, in float64; gradients are PyTorch's of that loop, and are checked
against finite differences.

    agreement   mean over views, samples and dimensions of (z - mu)^2, mu the mean of the first `globalCount` views
    sketched    SIGReg of Balestriero & LeCun 2025: for each column a of `directions` the distance of the characteristic
                function of z a from that of a normal distribution, N * integral over -3 ... 3 of |phi_N - phi|^2 phi dt by
                the trapezoidal rule with 33 points; the mean over directions
    sliced      VISReg 2026: mean(mean z)^2 + mean(1 - sigma)^2 + mean over directions and ranks of
                (sorted projection of the standardised z - normal quantile of i/(N + 1))^2; sigma is constant in the last

JSON: {NAME: [{"views": [V][N][D], "directions": [D][M], "globalCount", "loss", "gradients": [V][N][D]}]}.
"""

import json
import math
import statistics
from pathlib import Path

import torch


def agreement(views, directions, count):
    total, elements = 0, 0
    for view in views:
        for sample in range(len(view)):
            for dimension in range(view.shape[1]):
                centre = sum(other[sample, dimension] for other in views[:count]) / count
                total, elements = total + (view[sample, dimension] - centre) ** 2, elements + 1
    return total / elements


def sketched(views, directions, count):
    (z,) = views
    total = 0
    # Both halves of the integral, which are equal.
    points = [3 * j / 16 for j in range(-16, 17)]
    for direction in directions.T:
        x = [(row * direction).sum() for row in z]
        for j, t in enumerate(points):
            normal = math.exp(-t * t / 2)
            weight = 3 / 16 * (0.5 if j in (0, 32) else 1) * normal
            real = sum(torch.cos(t * value) for value in x) / len(x) - normal
            imaginary = sum(torch.sin(t * value) for value in x) / len(x)
            total = total + weight * (real**2 + imaginary**2)
    return len(z) * total / directions.shape[1]


def sliced(views, directions, count):
    (z,) = views
    samples, width = z.shape
    means = [z[:, d].sum() / samples for d in range(width)]
    deviations = [torch.sqrt(((z[:, d] - means[d]) ** 2).sum() / (samples - 1)) for d in range(width)]
    total = sum(mean**2 for mean in means) / width + sum((1 - sigma) ** 2 for sigma in deviations) / width
    quantiles = [statistics.NormalDist().inv_cdf(i / (samples + 1)) for i in range(1, samples + 1)]
    shape = 0
    for direction in directions.T:
        x = [sum((z[n, d] - means[d]) / deviations[d].detach() * direction[d] for d in range(width)) for n in range(samples)]
        shape = shape + sum((a - b) ** 2 for a, b in zip(sorted(x, key=lambda value: value.item()), quantiles))
    return total + shape / (samples * directions.shape[1])


def case(loss, generator, views, samples, width, directions, count=1):
    spread = torch.linspace(0.3, 2, width, dtype=torch.float64)
    z = [(torch.randn(samples, width, dtype=torch.float64, generator=generator) * spread + 0.2).requires_grad_()
         for _ in range(views)]
    a = torch.nn.functional.normalize(torch.randn(directions, width, dtype=torch.float64, generator=generator)).T
    value = loss(z, a, count)
    value.backward()
    if loss is not sliced:  # whose gradient is not that of its value: sigma is constant in one term
        assert torch.autograd.gradcheck(lambda *z: loss(list(z), a, count), z)
    return {"views": [view.tolist() for view in z], "directions": a.tolist(), "globalCount": count, "loss": value.item(),
            "gradients": [view.grad.tolist() for view in z]}


def main() -> None:
    generator = torch.Generator().manual_seed(11)
    made = {
        "agreement": [case(agreement, generator, views, samples, width, 1, count)
                      for views, samples, width, count in [(2, 3, 4, 2), (5, 4, 3, 2), (3, 2, 2, 1)]],
        "sketched": [case(sketched, generator, 1, samples, width, directions)
                     for samples, width, directions in [(1, 2, 3), (5, 4, 7), (9, 3, 2)]],
        "sliced": [case(sliced, generator, 1, samples, width, directions)
                   for samples, width, directions in [(2, 2, 3), (5, 4, 7), (9, 3, 2)]],
    }
    assert all(math.isfinite(test["loss"]) for tests in made.values() for test in tests)
    Path(__file__).with_suffix(".json").write_text(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
