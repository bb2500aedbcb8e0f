#!/usr/bin/env python3
"""Makes prototypes.json: values and gradients of the losses of SwAV and DINO, and Sinkhorn's assignments.

    .deps/reference/bin/python Tests/ObjectivesTests/Golden/prototypes.py

In float64, from the definitions written out in loops, and from lightly's SwaVLoss, sinkhorn and DINOLoss, which must give
the same to 1e-9. Differences of definition: lightly's DINOLoss holds the centre and changes it in the same call, here it
is an input; its SwaVLoss computes the codes, here they are an input.

JSON: {"swav": [{"scores": [V][N][K], "codes": [2][N][K], "temperature", "loss", "gradients": [V][N][K]}],
       "dino": [{"student": [V][N][K], "teacher": [2][N][K], "centre": [K], "temperature", "teacherTemperature", "loss",
                 "gradients": [V][N][K]}],
       "sinkhorn": [{"scores": [N][K], "epsilon", "iterations", "codes": [N][K]}]}
"""

import json
import math
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (lightly imports torchvision)
from lightly.loss import DINOLoss, SwaVLoss
from lightly.loss.swav_loss import sinkhorn as lightly_sinkhorn

torch.set_default_dtype(torch.float64)


def sinkhorn(scores: torch.Tensor, epsilon: float, iterations: int) -> torch.Tensor:
    q = [[math.exp(value / epsilon) for value in row] for row in scores.tolist()]
    for _ in range(iterations):
        for k in range(len(q[0])):
            total = sum(row[k] for row in q)
            for row in q:
                row[k] /= total
        q = [[value / sum(row) for value in row] for row in q]
    return torch.tensor(q)


def log_softmax(row: torch.Tensor) -> torch.Tensor:
    return row - torch.log(sum(torch.exp(value) for value in row))


def swapped(scores: list, codes: list, temperature: float) -> torch.Tensor:
    total, pairs = torch.zeros(()), 0
    for i, code in enumerate(codes):
        for v, score in enumerate(scores):
            if v == i:
                continue
            pairs += 1
            for n in range(len(code)):
                total = total - (code[n] * log_softmax(score[n] / temperature)).sum() / len(code)
    return total / pairs


def distilled(student: list, teacher: list, centre: torch.Tensor, temperature: float, sharp: float) -> torch.Tensor:
    targets = [torch.stack([torch.exp(log_softmax((row - centre) / sharp)) for row in output]) for output in teacher]
    return swapped(student, targets, temperature)


def gradients(value: torch.Tensor, inputs: list) -> list:
    return [gradient.tolist() for gradient in torch.autograd.grad(value, inputs)]


def swav_case(views: int, count: int, prototypes: int, temperature: float) -> dict:
    scores = [torch.randn(count, prototypes).clamp(-1, 1).requires_grad_() for _ in range(views)]
    codes = [sinkhorn(score.detach(), 0.05, 3) for score in scores[:2]]
    loss = swapped(scores, codes, temperature)
    theirs = SwaVLoss(temperature=temperature)(scores[:2], scores[2:])
    assert abs(loss.item() - theirs.item()) < 1e-9, (loss, theirs)
    return {"scores": [s.tolist() for s in scores], "codes": [c.tolist() for c in codes], "temperature": temperature,
            "loss": loss.item(), "gradients": gradients(loss, scores)}


def dino_case(views: int, count: int, prototypes: int, temperature: float, sharp: float) -> dict:
    student = [torch.randn(count, prototypes).requires_grad_() for _ in range(views)]
    teacher = [torch.randn(count, prototypes) for _ in range(2)]
    centre = 0.5 * torch.randn(prototypes)
    loss = distilled(student, teacher, centre, temperature, sharp)
    theirs = DINOLoss(output_dim=prototypes, student_temp=temperature)
    theirs.center = centre.reshape(1, 1, -1).clone()
    theirs = theirs(teacher, student, teacher_temp=sharp)
    # lightly puts the temperature into a tensor of the default type, here float64.
    assert abs(loss.item() - theirs.item()) < 1e-9, (loss, theirs)
    return {"student": [s.tolist() for s in student], "teacher": [t.tolist() for t in teacher],
            "centre": centre.tolist(), "temperature": temperature, "teacherTemperature": sharp, "loss": loss.item(),
            "gradients": gradients(loss, student)}


def sinkhorn_case(count: int, prototypes: int, epsilon: float, iterations: int) -> dict:
    scores = torch.randn(count, prototypes).clamp(-1, 1)
    codes = sinkhorn(scores, epsilon, iterations)
    assert torch.allclose(codes, lightly_sinkhorn(scores, iterations, epsilon), atol=1e-12)
    return {"scores": scores.tolist(), "epsilon": epsilon, "iterations": iterations, "codes": codes.tolist()}


def main() -> None:
    torch.manual_seed(11)
    written = {
        "swav": [swav_case(views, 5, 7, temperature) for views in (2, 4) for temperature in (0.1, 0.5)],
        "dino": [dino_case(views, 4, 6, 0.1, sharp) for views in (2, 5) for sharp in (0.04, 0.07)],
        "sinkhorn": [sinkhorn_case(count, 6, epsilon, iterations)
                     for count in (3, 9) for epsilon in (0.05, 0.5) for iterations in (1, 3)]}
    Path(__file__).with_suffix(".json").write_text(json.dumps(written) + "\n")


if __name__ == "__main__":
    main()
