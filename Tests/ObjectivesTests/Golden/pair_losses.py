#!/usr/bin/env python3
"""Makes pair_losses.json: values and gradients of the losses that compare two views.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/pair_losses.py

Each oracle is written out in loops from its definition, in float64; gradients are PyTorch's of that loop, and are
checked against finite differences. Values are checked against lightly in float32 where it has the loss.

    decoupled      Yeh et al. 2022, equation 6: mean over the 2N anchors of -s_ij/t + log sum_{k != i,j} exp(s_ik/t)
    supervised     Khosla et al. 2020, L_out: mean over the 2N anchors of the mean over their positives; -1 has no class
    queue          He et al. 2020, equation 1: the own key among those of the queue; keys and queue have no gradient
    cosine         Chen & He 2021, equation 1: minus the mean cosine; the second has no gradient
    correlation    Zbontar et al. 2021: sum (1 - c_ii)^2 + w sum_{i != j} c_ij^2 of batch-normalised views (eps 1e-5)
    variance       Bardes et al. 2022, as in their code: 25 MSE + 25 (mean hinge of both views) / 2 + 1 (covariances)

JSON: {NAME: [{"first": [N][D], "second": [N][D], ..., "loss", "gradientFirst", "gradientSecond"}]}, a gradient being
null where there is none to be.

lightly's definitions differ as follows: its DCLLoss and NTXentLoss are these; its VICRegLoss has the same three terms
(its `lambda_param` 25, `mu_param` 25, `nu_param` 1); its BarlowTwinsLoss takes w = 0.005 unless told otherwise.
"""

import json
import math
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (lightly imports torchvision)
from lightly.loss import BarlowTwinsLoss, DCLLoss, NegativeCosineSimilarity, NTXentLoss, VICRegLoss


def unit(row: torch.Tensor) -> torch.Tensor:
    return row / row.square().sum().sqrt()


def log_sum_exp(values: list) -> torch.Tensor:
    largest = max(value.item() for value in values)
    return torch.log(sum(torch.exp(value - largest) for value in values)) + largest


def decoupled(first, second, temperature):
    count, rows = len(first), [unit(row) for row in [*first, *second]]
    total = torch.zeros((), dtype=first.dtype)
    for anchor in range(2 * count):
        partner = (anchor + count) % (2 * count)
        others = [other for other in range(2 * count) if other not in (anchor, partner)]
        total = total + log_sum_exp([(rows[anchor] * rows[other]).sum() / temperature for other in others])
        total = total - (rows[anchor] * rows[partner]).sum() / temperature
    return total / (2 * count)


def supervised(first, second, temperature, classes):
    count, rows, classes = len(first), [unit(row) for row in [*first, *second]], classes * 2
    total = torch.zeros((), dtype=first.dtype)
    for anchor in range(2 * count):
        partner = (anchor + count) % (2 * count)
        others = [other for other in range(2 * count) if other != anchor]
        same = [other for other in others if other == partner or classes[other] == classes[anchor] != -1]
        logits = {other: (rows[anchor] * rows[other]).sum() / temperature for other in others}
        below = log_sum_exp(list(logits.values()))
        total = total - sum(logits[other] - below for other in same) / len(same)
    return total / (2 * count)


def queue_contrast(first, second, temperature, queue):
    total = torch.zeros((), dtype=first.dtype)
    for query, key in zip(first, second.detach()):
        logits = [(unit(query) * unit(key)).sum() / temperature]
        logits += [(unit(query) * other).sum() / temperature for other in queue]
        total = total + log_sum_exp(logits) - logits[0]
    return total / len(first)


def cosine(first, second):
    return -sum((unit(p) * unit(z)).sum() for p, z in zip(first, second.detach())) / len(first)


def correlation(first, second, weight):
    count, width = first.shape

    def normalised(view):
        columns = []
        for column in view.T:
            mean = column.sum() / count
            columns.append((column - mean) / torch.sqrt(((column - mean) ** 2).sum() / count + 1e-5))
        return columns

    a, b = normalised(first), normalised(second)
    total = torch.zeros((), dtype=first.dtype)
    for i in range(width):
        for j in range(width):
            c = (a[i] * b[j]).sum() / count
            total = total + ((1 - c) ** 2 if i == j else weight * c**2)
    return total


def variance(first, second, weights):
    count, width = first.shape
    total = weights[0] * ((first - second) ** 2).sum() / (count * width)
    for view in (first, second):
        centred = [column - column.sum() / count for column in view.T]
        for column in centred:
            hinge = 1 - torch.sqrt((column**2).sum() / (count - 1) + 1e-4)
            if hinge > 0:
                total = total + weights[1] * hinge / width / 2
        for i in range(width):
            for j in range(width):
                if i != j:
                    total = total + weights[2] * ((centred[i] * centred[j]).sum() / (count - 1)) ** 2 / width
    return total


def views(generator, count, width):
    # Lengths far from 1 so that a forgotten normalisation shows; dimensions of spreads below and above 1.
    spread = torch.linspace(0.2, 3, width, dtype=torch.float64)
    first, noise = (torch.randn(count, width, dtype=torch.float64, generator=generator) for _ in range(2))
    return (first * spread + 0.3).requires_grad_(), (0.7 * first * spread + noise * spread - 0.1).requires_grad_()


def case(loss, theirs, generator, count, width, has_second_gradient=True, **given):
    first, second = views(generator, count, width)
    arguments = {"queue": torch.tensor(given["queue"], dtype=torch.float64)} if "queue" in given else {}
    arguments = {**given, **arguments}
    value = loss(first, second, **arguments)
    value.backward()
    if theirs is not None:
        expected = theirs(first.detach().float(), second.detach().float()).item()
        assert abs(expected - value.item()) < 5e-6 * max(1, abs(value.item())), (loss.__name__, expected, value.item())
    if has_second_gradient:
        assert torch.autograd.gradcheck(lambda a, b: loss(a, b, **arguments), (first, second))
    else:
        assert second.grad is None
        assert torch.autograd.gradcheck(lambda a: loss(a, second.detach(), **arguments), (first,))
    return {"first": first.tolist(), "second": second.tolist(), **given, "loss": value.item(),
            "gradientFirst": first.grad.tolist(), "gradientSecond": second.grad.tolist() if has_second_gradient else None}


def main() -> None:
    generator = torch.Generator().manual_seed(6)
    made = {name: [] for name in ("decoupled", "supervised", "queue", "cosine", "correlation", "variance")}
    for count, width, temperature in [(2, 3, 0.1), (5, 4, 0.5), (8, 16, 0.2)]:
        made["decoupled"].append(
            case(decoupled, DCLLoss(temperature=temperature), generator, count, width, temperature=temperature))
        queue = torch.randn(7, width, dtype=torch.float64, generator=generator)
        queue = [unit(row).tolist() for row in queue]
        made["queue"].append(case(queue_contrast, None, generator, count, width, has_second_gradient=False,
                                  temperature=temperature, queue=queue))
        made["cosine"].append(
            case(cosine, NegativeCosineSimilarity(), generator, count, width, has_second_gradient=False))
        for weight in (0.0051, 0.7):
            made["correlation"].append(
                case(correlation, BarlowTwinsLoss(lambda_param=weight), generator, count, width, weight=weight))
        for weights in ([25.0, 25.0, 1.0], [1.0, 0.3, 2.0]):
            theirs = VICRegLoss(lambda_param=weights[0], mu_param=weights[1], nu_param=weights[2])
            made["variance"].append(case(variance, theirs, generator, count, width, weights=weights))
    for classes in ([0, 1, 0, 2, 1, 0], [3, 3, 3, 3, 3, 3], [0, -1, 0, -1, 1, 1]):
        made["supervised"].append(case(supervised, None, generator, 6, 5, temperature=0.1, classes=classes))
    # Without classes it is NT-Xent.
    made["supervised"].append(case(supervised, NTXentLoss(temperature=0.3), generator, 6, 5, temperature=0.3,
                                   classes=[-1] * 6))
    assert all(math.isfinite(test["loss"]) for tests in made.values() for test in tests)
    Path(__file__).with_suffix(".json").write_text(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
