#!/usr/bin/env python3
"""Makes schedules.json: learning rates with linear warm-up and cosine decay, and the cosine of a moving average.

    .deps/reference/bin/python Tests/TrainingTests/Golden/schedules.py

Definitions, for step t of T with w steps of warm-up, counted from 0:

    rate(t)     = base (t + 1) / w                                       while t < w
                = end + (base - end) (1 + cos(pi (t - w) / (T - w))) / 2  from then on
    momentum(t) = 1 - (1 - base) (1 + cos(pi t / T)) / 2                 (Grill et al. 2020, arXiv 2006.07733)

The first is checked against torch's SequentialLR of LinearLR and CosineAnnealingLR, which coincides: LinearLR goes
from the factor 1/w to 1 in w - 1 steps, and the milestone is at w.

JSON: {"rates": [{"base", "end", "warmUpSteps", "totalSteps", "values": [T]}],
       "momenta": [{"base", "totalSteps", "values": [T + 1]}]}
"""

import json
import math
from pathlib import Path

import torch


def rate(step: int, base: float, end: float, warm_up: int, total: int) -> float:
    if step < warm_up:
        return base * (step + 1) / warm_up
    return end + (base - end) * (1 + math.cos(math.pi * (step - warm_up) / (total - warm_up))) / 2


def torch_rates(base: float, end: float, warm_up: int, total: int) -> list:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=base)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total - warm_up, eta_min=end)
    schedule = cosine
    if warm_up > 1:
        linear = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1 / warm_up, total_iters=warm_up - 1)
        schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [linear, cosine], milestones=[warm_up])
    values = []
    for _ in range(total):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


def main() -> None:
    rates = []
    for base, end, warm_up, total in [(0.3, 0.0, 0, 10), (0.3, 0.0, 4, 20), (1e-3, 1e-5, 10, 50), (4.8, 0.0048, 2, 7)]:
        values = [rate(step, base, end, warm_up, total) for step in range(total)]
        theirs = torch_rates(base, end, warm_up, total)
        assert all(abs(a - b) <= 1e-9 * base for a, b in zip(values, theirs)), (values, theirs)
        rates.append({"base": base, "end": end, "warmUpSteps": warm_up, "totalSteps": total, "values": values})
    # Warm-up for the whole run, and for a single step: no value of torch's to compare with, the definition stands.
    for base, warm_up, total in [(0.5, 5, 5), (0.5, 1, 6)]:
        rates.append({"base": base, "end": 0.0, "warmUpSteps": warm_up, "totalSteps": total,
                      "values": [rate(step, base, 0.0, warm_up, total) for step in range(total)]})
    momenta = [{"base": base, "totalSteps": total,
                "values": [1 - (1 - base) * (1 + math.cos(math.pi * step / total)) / 2 for step in range(total + 1)]}
               for base, total in [(0.996, 20), (0.99, 7), (0.97, 1)]]
    Path(__file__).with_suffix(".json").write_text(json.dumps({"rates": rates, "momenta": momenta}) + "\n")


if __name__ == "__main__":
    main()
