#!/usr/bin/env python3
"""Makes optimizers.json: four parameters over eight steps of each optimiser, in float64.

    .deps/reference/bin/python Tests/OptimizersTests/Golden/optimizers.py

Written from the published definitions; SGD and AdamW are checked against torch.optim. With g the gradient, w the
parameter, v the momentum buffer (0 at first), m the momentum, d the weight decay and r the learning rate of the step:

    sgd          g += d w;  v = m v + g;  w -= r v, or r (g + m v) with nesterov    [torch.optim.SGD]
    adamw        w *= 1 - r d;  then Adam with bias-corrected moments              [torch.optim.AdamW]
    lars-simclr  g += d w;  q = eta |w| / |g|;  v = m v + r q g;  w -= v            [google-research/simclr]
    lars         g += d w;  q = eta |w| / |g|;  v = m v + q g;  w -= r v            [facebookresearch/barlowtwins]
    larc-clip    q = min(eta |w| / (|g| + d |w| + eps) / r, 1)                     [vturrisi/solo-learn]
                 g = q (g + d w);  v = m v + g;  w -= r v

With nesterov the LARS variants step along m v plus what v just gained, as the official code of SimCLR does.

Sources of the last three: tf2/lars_optimizer.py (classic momentum: the rate goes into the buffer), main.py (BYOL's is
the same), solo/utils/lars.py.

In the LARS variants |g| of the first two includes weight decay, that of the last does not. Where |w| or |g| is 0, q is
1 in the first two; in the last the gradient then enters as it is, without weight decay. The parameter `bias` is left
out of weight decay, and of the adaptation by q, everywhere. `empty` starts at 0 and its third gradient is 0.

What the recipes vary, from their official code:

    clip      each (DINO): every gradient longer than `norm` is scaled by norm / (length + 1e-6); all: the gradients of
              all parameters as one vector [torch.nn.utils.clip_grad_norm_]. Before weight decay is added.
    finalWeightDecay  the weight decay of step t of T is end + (start - end)(1 + cos(pi t / T)) / 2 (DINO)
    biasAndNormRate   the rate of `bias` is multiplied by it (Barlow Twins)
    fixed     the rate of `predictor` stays at the highest of the run (SimSiam)

JSON: {"rates": [8], "parameters": [{"name", "shape", "excluded", "initial": [flat], "gradients": [8][flat]}],
       "cases": [{"optimizer", "momentum", "nesterov", "weightDecay", "eta", "beta1", "beta2", "epsilon",
                  "clip": {"scope", "norm"}, "finalWeightDecay", "biasAndNormRate", "fixed", "values": {name: [8][flat]}}]}

Values are those after each step; fields that do not apply are absent.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch

RATES = [0.05, 0.1, 0.2, 0.3, 0.28, 0.2, 0.1, 0.02]


def norm(values: np.ndarray) -> float:
    return float(np.sqrt((values * values).sum()))


def sgd(w, g, state, rate, excluded, case):
    g = g if excluded else g + case["weightDecay"] * w
    v = state["v"] = case["momentum"] * state.get("v", 0) + g
    return w - rate * (g + case["momentum"] * v if case.get("nesterov") else v)


def adamw(w, g, state, rate, excluded, case):
    t = state["t"] = state.get("t", 0) + 1
    first = state["first"] = case["beta1"] * state.get("first", 0) + (1 - case["beta1"]) * g
    second = state["second"] = case["beta2"] * state.get("second", 0) + (1 - case["beta2"]) * g * g
    corrected = first / (1 - case["beta1"] ** t)
    spread = np.sqrt(second / (1 - case["beta2"] ** t)) + case["epsilon"]
    return w * (1 if excluded else 1 - rate * case["weightDecay"]) - rate * corrected / spread


def trust(w, g, eta) -> float:
    return eta * norm(w) / norm(g) if norm(w) > 0 and norm(g) > 0 else 1.0


def lars_simclr(w, g, state, rate, excluded, case):
    if not excluded:
        g = g + case["weightDecay"] * w
    q = 1.0 if excluded else trust(w, g, case["eta"])
    v = state["v"] = case["momentum"] * state.get("v", 0) + rate * q * g
    return w - (case["momentum"] * v + rate * q * g if case.get("nesterov") else v)


def lars(w, g, state, rate, excluded, case):
    if not excluded:
        g = g + case["weightDecay"] * w
    q = 1.0 if excluded else trust(w, g, case["eta"])
    v = state["v"] = case["momentum"] * state.get("v", 0) + q * g
    return w - rate * (case["momentum"] * v + q * g if case.get("nesterov") else v)


def larc_clip(w, g, state, rate, excluded, case):
    if not excluded and norm(w) > 0 and norm(g) > 0:
        q = case["eta"] * norm(w) / (norm(g) + case["weightDecay"] * norm(w) + case["epsilon"])
        g = min(q / rate, 1) * (g + case["weightDecay"] * w)
    v = state["v"] = case["momentum"] * state.get("v", 0) + g
    return w - rate * (g + case["momentum"] * v if case.get("nesterov") else v)


CASES = [
    (sgd, {"optimizer": "sgd", "momentum": 0.9, "nesterov": False, "weightDecay": 0.01}),
    (sgd, {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.01}),
    (sgd, {"optimizer": "sgd", "momentum": 0.0, "nesterov": False, "weightDecay": 0.0}),
    (adamw, {"optimizer": "adamw", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05}),
    (lars_simclr, {"optimizer": "lars-simclr", "momentum": 0.9, "eta": 1e-3, "weightDecay": 0.01}),
    (lars, {"optimizer": "lars", "momentum": 0.9, "eta": 1e-3, "weightDecay": 0.01}),
    # Twice, so that the clip acts at no step, and at some.
    (larc_clip, {"optimizer": "larc-clip", "momentum": 0.9, "eta": 0.02, "epsilon": 1e-8, "weightDecay": 0.01}),
    (larc_clip, {"optimizer": "larc-clip", "momentum": 0.9, "eta": 0.3, "epsilon": 1e-8, "weightDecay": 0.01}),
    (sgd, {"optimizer": "sgd", "momentum": 0.9, "weightDecay": 0.01, "fixed": True}),
    (sgd, {"optimizer": "sgd", "momentum": 0.9, "weightDecay": 0.01, "clip": {"scope": "all parameters", "norm": 4.0}}),
    (adamw, {"optimizer": "adamw", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-8, "weightDecay": 0.04,
             "finalWeightDecay": 0.4, "clip": {"scope": "each parameter", "norm": 2.5}}),
    (lars, {"optimizer": "lars", "momentum": 0.9, "eta": 1e-3, "weightDecay": 0.01, "biasAndNormRate": 0.024}),
    (lars_simclr, {"optimizer": "lars-simclr", "momentum": 0.9, "eta": 1e-3, "weightDecay": 0.01,
                   "finalWeightDecay": 0.1, "biasAndNormRate": 0.024, "fixed": True}),
    (larc_clip, {"optimizer": "larc-clip", "momentum": 0.9, "eta": 0.3, "epsilon": 1e-8, "weightDecay": 0.01,
                 "fixed": True, "clip": {"scope": "each parameter", "norm": 2.5}}),
    (lars, {"optimizer": "lars", "momentum": 0.9, "nesterov": True, "eta": 1e-3, "weightDecay": 0.01}),
    (lars_simclr, {"optimizer": "lars-simclr", "momentum": 0.9, "nesterov": True, "eta": 1e-3, "weightDecay": 0.01}),
    (larc_clip, {"optimizer": "larc-clip", "momentum": 0.9, "nesterov": True, "eta": 0.3, "epsilon": 1e-8,
                 "weightDecay": 0.01}),
]


def parameters() -> list:
    random = np.random.default_rng(7)
    made = []
    for name, shape, excluded in [("weight", (4, 3), False), ("bias", (4,), True), ("empty", (2, 2), False),
                                  ("predictor", (2, 3), False)]:
        initial = random.normal(size=shape) * (0 if name == "empty" else 1)
        gradients = random.normal(size=(len(RATES), *shape))
        if name == "empty":
            gradients[2] = 0
        made.append({"name": name, "shape": list(shape), "excluded": excluded,
                     "initial": initial, "gradients": gradients})
    return made


def clipped(case, made) -> list:
    """The gradients of every parameter at every step, as the optimiser sees them."""
    found = [parameter["gradients"].copy() for parameter in made]
    if "clip" not in case:
        return found
    limit = case["clip"]["norm"]
    for step in range(len(RATES)):
        lengths = [norm(gradients[step]) for gradients in found]
        if case["clip"]["scope"] == "all parameters":
            lengths = [math.sqrt(sum(length**2 for length in lengths))] * len(found)
        for gradients, length in zip(found, lengths):
            if length > limit:
                gradients[step] *= limit / (length + 1e-6)
    return found


def rate_of(step, case, parameter) -> float:
    rate = max(RATES) if case.get("fixed") and parameter["name"] == "predictor" else RATES[step]
    return rate * (case.get("biasAndNormRate", 1) if parameter["excluded"] else 1)


def decay_of(step, case) -> float:
    start, end = case["weightDecay"], case.get("finalWeightDecay", case["weightDecay"])
    return end + (start - end) * (1 + math.cos(math.pi * step / len(RATES))) / 2


def trajectory(update, case, parameter, gradients) -> np.ndarray:
    w, state, values = parameter["initial"], {}, []
    for step, gradient in enumerate(gradients):
        now = {**case, "weightDecay": decay_of(step, case)}
        w = update(w, gradient, state, rate_of(step, case, parameter), parameter["excluded"], now)
        values.append(w)
    return np.stack(values)


def torch_trajectories(case, made) -> list:
    weights = [torch.tensor(parameter["initial"], requires_grad=True) for parameter in made]
    groups = [{"params": [w]} for w in weights]
    if case["optimizer"] == "sgd":
        optimizer = torch.optim.SGD(groups, lr=1, momentum=case["momentum"], nesterov=case.get("nesterov", False))
    else:
        optimizer = torch.optim.AdamW(groups, lr=1, betas=(case["beta1"], case["beta2"]), eps=case["epsilon"])
    values = [[] for _ in made]
    for step in range(len(RATES)):
        for group, parameter in zip(optimizer.param_groups, made):
            group["lr"] = rate_of(step, case, parameter)
            group["weight_decay"] = 0.0 if parameter["excluded"] else decay_of(step, case)
        for w, parameter in zip(weights, made):
            w.grad = torch.tensor(parameter["gradients"][step])
        if "clip" in case:
            together = [weights] if case["clip"]["scope"] == "all parameters" else [[w] for w in weights]
            for some in together:
                torch.nn.utils.clip_grad_norm_(some, case["clip"]["norm"])
        optimizer.step()
        for w, found in zip(weights, values):
            found.append(w.detach().numpy().copy())
    return [np.stack(found) for found in values]


def flat(values: np.ndarray, steps: bool) -> list:
    return values.reshape(len(values), -1).tolist() if steps else values.ravel().tolist()


def main() -> None:
    made, cases = parameters(), []
    for update, case in CASES:
        gradients = clipped(case, made)
        found = [trajectory(update, case, *both) for both in zip(made, gradients)]
        if "clip" in case:
            touched = [not np.array_equal(a, b["gradients"]) for a, b in zip(gradients, made)]
            assert any(touched), "nothing is clipped"
        if update in (sgd, adamw):
            for ours, theirs in zip(found, torch_trajectories(case, made)):
                assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-14), case
        values = {parameter["name"]: flat(steps, steps=True) for parameter, steps in zip(made, found)}
        cases.append({**case, "values": values})
    described = [{**parameter, "initial": flat(parameter["initial"], steps=False),
                  "gradients": flat(parameter["gradients"], steps=True)} for parameter in made]
    document = {"rates": RATES, "parameters": described, "cases": cases}
    Path(__file__).with_suffix(".json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
