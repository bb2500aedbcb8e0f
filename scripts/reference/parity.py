#!/usr/bin/env python3
"""Twenty training steps in PyTorch from recorded weights and views, for Swiftlet to repeat.

    parity.py make DIR                                          writes the weights and the views
    parity.py train DIR [--method NAME] [--optimizer sgd|adamw|lars]   trains on them
    parity.py compare DIR --name NAME --losses FILE --weights FILE

`make` writes DIR/initial.safetensors: a ResNet-18 of width 16 with the CIFAR stem, under torchvision's names with the
prefix `backbone.`, and the projector `projector.0` Linear (no bias), `.1` BatchNorm, `.2` ReLU, `.3` Linear (no bias),
`.4` BatchNorm. For other methods it writes initial-METHOD.safetensors with `predictor.`, `teacher.` and `queue.`, and
heads as in their papers but narrower. It also writes DIR/views.safetensors with `step{0…19}.view{0,1}`,
[16, 3, 16, 16] each.

`train` writes DIR/NAME.json (`losses`, and every setting under `configuration`) and DIR/NAME.safetensors, the final
weights with running statistics. NAME is the method, or for SimCLR the optimiser. Losses are from lightly, except
MoCo's and those of newer methods, which are written out. SimSiam's predictor keeps the peak rate, biases and normalisation of Barlow Twins learn at
a tenth of the rate, BYOL's teacher follows a cosine and MoCo's a constant. Everything is float32 unless --precision
says otherwise; --memory-format channels-last and float64 show the effect of rounding alone. `--views together` sends
both views through the network as one batch, so that batch statistics cover both; `separate` sends one after the other,
as lightly's examples do.

`compare` reads a JSON with `losses` and a safetensors file and prints the largest relative differences: |a - b| / |b|
for a loss, the ratio of L2 norms |a - b| / |b| for a tensor. It also prints the difference of all parameters together,
relative to how far they moved, because most weights move little in 20 steps. It exits with 1 if a difference is above
1e-3, or 1e-2 relative to the movement.
"""

import argparse
import copy
import json
import math
import sys
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (lightly imports torchvision)
from lightly.loss import BarlowTwinsLoss, NegativeCosineSimilarity, NTXentLoss, VICRegLoss
from resnet import BasicBlock, ResNet18
from safetensors.torch import load_file, save_file
from torch import nn

STEPS, BATCH, SIDE, WIDTH, HIDDEN, OUTPUT = 20, 16, 16, 16, 128, 32
TEMPERATURE = 0.5
WARM_UP = 5  # steps, then cosine to 0

# Weight decay and the adaptation of LARS exclude one-dimensional parameters (biases and batch normalisation).
OPTIMIZERS = {
    "sgd": {"learningRate": 5e-4, "momentum": 0.9, "nesterov": False, "weightDecay": 1e-4},
    "adamw": {"learningRate": 1e-4, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.01},
    "lars": {"learningRate": 5e-3, "momentum": 0.9, "eta": 0.1, "weightDecay": 1e-4},
}


# The optimiser of each method. AdamW, that of LeJEPA, would enlarge the rounding errors that are the gradient of a bias before a
# normalisation.
METHODS = {"simclr": "sgd", "moco-v2": "sgd", "byol": "lars", "simsiam": "sgd", "barlow-twins": "lars", "vicreg": "lars",
           "nnclr": "lars", "lejepa": "sgd", "visreg": "sgd"}
# At the rate above, rounding alone changes these: PyTorch in float32 and in float64 differs by 1e-3 to 5e-3 of a tensor.
RATES = {"byol": 1e-3, "barlow-twins": 1e-3, "vicreg": 1e-3, "nnclr": 1e-3}
BIAS_AND_NORM_RATE = {"barlow-twins": 0.1}
QUEUE, QUEUE_TEMPERATURE, QUEUE_MOMENTUM, TEACHER_MOMENTUM, REDUNDANCY = 40, 0.2, 0.9, 0.9, 0.0051
DIRECTIONS, NORMALITY = 64, {"lejepa": 0.02, "visreg": 0.6}


def hidden(inputs: int, outputs: int, bias: bool) -> list:
    return [nn.Linear(inputs, outputs, bias=bias), nn.BatchNorm1d(outputs), nn.ReLU()]


def projector(method: str) -> nn.Sequential:
    features = 8 * WIDTH
    if method == "simclr":
        layers = [*hidden(features, HIDDEN, False), nn.Linear(HIDDEN, OUTPUT, bias=False), nn.BatchNorm1d(OUTPUT)]
    elif method == "moco-v2":
        layers = [nn.Linear(features, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, OUTPUT)]
    elif method == "byol":
        layers = [*hidden(features, HIDDEN, True), nn.Linear(HIDDEN, OUTPUT, bias=False)]
    elif method == "simsiam":
        layers = [*hidden(features, HIDDEN, False), *hidden(HIDDEN, HIDDEN, False),
                  nn.Linear(HIDDEN, OUTPUT, bias=False), nn.BatchNorm1d(OUTPUT, affine=False)]
    elif method == "nnclr":
        layers = [*hidden(features, HIDDEN, False), *hidden(HIDDEN, HIDDEN, False),
                  nn.Linear(HIDDEN, OUTPUT, bias=False), nn.BatchNorm1d(OUTPUT)]
    elif method in ("lejepa", "visreg"):
        layers = [*hidden(features, HIDDEN, True), *hidden(HIDDEN, HIDDEN, True), nn.Linear(HIDDEN, OUTPUT)]
    else:
        bias = method == "vicreg"
        layers = [*hidden(features, HIDDEN, bias), *hidden(HIDDEN, HIDDEN, bias), nn.Linear(HIDDEN, OUTPUT, bias=False)]
    return nn.Sequential(*layers)


def normal_loss(method: str, views: torch.Tensor) -> torch.Tensor:
    """Of LeJEPA (Balestriero & LeCun 2025) and VISReg (2026), for embeddings [V, N, D]."""
    a = nn.functional.normalize(torch.randn(DIRECTIONS, views.shape[2])).T.to(views.dtype)
    agreement = (views - views.mean(0)).square().mean()
    if method == "lejepa":
        t = torch.linspace(0, 3, 17, dtype=views.dtype)
        normal = torch.exp(-t.square() / 2)
        angles = (views @ a).unsqueeze(-1) * t
        apart = (angles.cos().mean(1) - normal).square() + angles.sin().mean(1).square()
        distance = (2 * torch.trapezoid(apart * normal, t, dim=-1) * views.shape[1]).mean()
    else:
        count = views.shape[1]
        deviation = views.std(1, keepdim=True)
        x = ((views - views.mean(1, keepdim=True)) / deviation.detach() @ a).sort(dim=1).values
        quantiles = torch.special.ndtri(torch.arange(1, count + 1, dtype=torch.float64) / (count + 1)).to(views.dtype)
        distance = (views.mean(1).square().mean() + (1 - deviation).square().mean()
                    + (x - quantiles[:, None]).square().mean())
    return (1 - NORMALITY[method]) * agreement + NORMALITY[method] * distance


class Model(nn.Module):
    """The network of a method, and its loss for one batch."""

    def __init__(self, method: str = "simclr"):
        super().__init__()
        self.method = method
        self.backbone = ResNet18(WIDTH, cifar_stem=True)
        self.projector = projector(method)
        if method in ("byol", "nnclr"):
            self.predictor = nn.Sequential(*hidden(OUTPUT, HIDDEN, True), nn.Linear(HIDDEN, OUTPUT, bias=False))
        if method == "simsiam":
            self.predictor = nn.Sequential(*hidden(OUTPUT, HIDDEN // 4, False), nn.Linear(HIDDEN // 4, OUTPUT))
        if method in ("moco-v2", "nnclr"):
            self.queue = nn.Module()
            self.queue.register_buffer("keys", nn.functional.normalize(torch.randn(QUEUE, OUTPUT)))

    def add_teacher(self) -> None:
        if self.method in ("moco-v2", "byol"):
            self.teacher = nn.ModuleDict(
                {"backbone": copy.deepcopy(self.backbone), "projector": copy.deepcopy(self.projector)})
            self.teacher.requires_grad_(False)

    def forward(self, views: torch.Tensor) -> torch.Tensor:
        return self.projector(self.backbone(views))

    @torch.no_grad()
    def target(self, view: torch.Tensor) -> torch.Tensor:
        return self.teacher["projector"](self.teacher["backbone"](view))

    def loss(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        cosine = NegativeCosineSimilarity()
        if self.method == "moco-v2":
            query = nn.functional.normalize(self(first))
            self.keys = nn.functional.normalize(self.target(second))
            own = (query * self.keys).sum(1, keepdim=True)
            logits = torch.cat([own, query @ self.queue.keys.clone().T], dim=1) / QUEUE_TEMPERATURE
            return nn.functional.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long))
        if self.method in ("lejepa", "visreg"):
            both = self(torch.cat([first, second])).chunk(2)
            return normal_loss(self.method, torch.stack(both))
        a, b = self(first), self(second)
        if self.method == "nnclr":
            self.keys, places = nn.functional.normalize(a.detach()), torch.arange(len(a))
            friends = [self.queue.keys[(nn.functional.normalize(z.detach()) @ self.queue.keys.T).argmax(1)] for z in (a, b)]
            predicted = [nn.functional.normalize(self.predictor(z)) for z in (a, b)]
            return sum(nn.functional.cross_entropy(friend @ p.T / QUEUE_TEMPERATURE, places)
                       for friend, p in zip(friends, reversed(predicted))) / 2
        if self.method == "byol":
            targets = self.target(second), self.target(first)
            return sum(2 + 2 * cosine(self.predictor(z), target) for z, target in zip((a, b), targets))
        if self.method == "simsiam":
            return (cosine(self.predictor(a), b.detach()) + cosine(self.predictor(b), a.detach())) / 2
        return {"barlow-twins": BarlowTwinsLoss(lambda_param=REDUNDANCY), "vicreg": VICRegLoss()}[self.method](a, b)

    @torch.no_grad()
    def after_step(self, step: int) -> None:
        if self.method not in ("moco-v2", "byol", "nnclr"):
            return
        momentum = QUEUE_MOMENTUM
        if self.method == "byol":
            momentum = 1 - (1 - TEACHER_MOMENTUM) * (1 + math.cos(math.pi * step / STEPS)) / 2
        for part in ("backbone", "projector") if self.method != "nnclr" else ():
            for own, followed in zip(self.teacher[part].parameters(), getattr(self, part).parameters()):
                own.copy_(momentum * own + (1 - momentum) * followed)
        if self.method in ("moco-v2", "nnclr"):
            places = (step * BATCH + torch.arange(BATCH)) % QUEUE
            self.queue.keys[places] = self.keys


class LARS(torch.optim.Optimizer):
    """LARS as in Barlow Twins and BYOL, which apply the rate after the momentum (see optimizers.py)."""

    def __init__(self, groups, lr: float, momentum: float, eta: float):
        super().__init__(groups, {"lr": lr, "momentum": momentum, "eta": eta, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                update = w.grad + group["weight_decay"] * w
                if w.ndim > 1 and w.norm() > 0 and update.norm() > 0:
                    update = update * (group["eta"] * w.norm() / update.norm())
                velocity = self.state[w].get("velocity", torch.zeros_like(w)) * group["momentum"] + update
                self.state[w]["velocity"] = velocity
                w -= group["lr"] * velocity


def settings_of(method: str, optimizer: str) -> dict:
    given = OPTIMIZERS[optimizer]
    return {**given, "learningRate": RATES.get(method, given["learningRate"])}


def optimizer_of(name: str, model: Model) -> torch.optim.Optimizer:
    """`factor` and `is_fixed` of a group determine its rate, given the rate of the step."""
    given = settings_of(model.method, name)
    groups = []
    for is_weight in (True, False):
        for is_fixed in (False, True):
            chosen = [w for key, w in model.named_parameters()
                      if w.requires_grad and (w.ndim > 1) == is_weight
                      and (model.method == "simsiam" and key.startswith("predictor.")) == is_fixed]
            factor = 1 if is_weight else BIAS_AND_NORM_RATE.get(model.method, 1)
            if chosen:
                groups.append({"params": chosen, "weight_decay": given["weightDecay"] if is_weight else 0.0,
                               "factor": factor, "is_fixed": is_fixed})
    rate = given["learningRate"]
    if name == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=given["momentum"], nesterov=given["nesterov"])
    if name == "adamw":
        return torch.optim.AdamW(groups, lr=rate, betas=(given["beta1"], given["beta2"]), eps=given["epsilon"])
    return LARS(groups, lr=rate, momentum=given["momentum"], eta=given["eta"])


def rate_at(step: int, base: float) -> float:
    if step < WARM_UP:
        return base * (step + 1) / WARM_UP
    return base * (1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP))) / 2


def well_conditioned(model: nn.Module) -> nn.Module:
    """Training from random weights is chaotic: rounding errors switch units of ReLU and can grow to percents in 20
    steps, so that no tolerance would mean anything. With weak residual branches, biases that do not start at 0 and small
    learning rates, a disturbance of the initial weights by 1e-7 grows to only about 1e-4 of a tensor."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)) and module.affine:
            nn.init.normal_(module.weight, mean=1.0, std=0.2)
            nn.init.normal_(module.bias, std=0.3)
    for block in model.modules():
        if isinstance(block, BasicBlock):
            block.bn2.weight.data *= 0.2
    return model


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    initial = well_conditioned(Model()).state_dict()
    save_file({name: values.contiguous() for name, values in initial.items()}, folder / "initial.safetensors")
    views = {}
    for step in range(STEPS):
        # Smooth patterns that differ between samples: white noise gives almost equal features, and batch normalisation then
        # magnifies their rounding errors.
        sample = nn.functional.interpolate(torch.randn(BATCH, 3, 3, 3), size=SIDE, mode="bicubic", align_corners=True)
        for view in range(2):
            views[f"step{step}.view{view}"] = sample + 0.3 * torch.randn(BATCH, 3, SIDE, SIDE)
    save_file(views, folder / "views.safetensors")
    for method in METHODS:
        if method != "simclr":
            model = well_conditioned(Model(method))
            model.add_teacher()
            values = {name: values.contiguous().clone() for name, values in model.state_dict().items()}
            save_file(values, folder / f"initial-{method}.safetensors")
    print(f"initial.safetensors and views.safetensors in {folder}")


def initial_of(method: str) -> str:
    return "initial.safetensors" if method == "simclr" else f"initial-{method}.safetensors"


def train(folder: Path, arguments: argparse.Namespace) -> None:
    torch.use_deterministic_algorithms(True)
    precision = {"float32": torch.float32, "float64": torch.float64}[arguments.precision]
    layout = torch.channels_last if arguments.memory_format == "channels-last" else torch.contiguous_format
    method = arguments.method
    model = Model(method)
    model.add_teacher()
    model.load_state_dict(load_file(folder / initial_of(method)), strict=True)
    model.to(precision).to(memory_format=layout).train()
    views = {name: batch.to(precision).contiguous(memory_format=layout)
             for name, batch in load_file(folder / "views.safetensors").items()}
    chosen = arguments.optimizer or METHODS[method]
    optimizer, criterion, losses = optimizer_of(chosen, model), NTXentLoss(temperature=TEMPERATURE), []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            peak = settings_of(method, chosen)["learningRate"]
            group["lr"] = (peak if group["is_fixed"] else rate_at(step, peak)) * group["factor"]
        first, second = views[f"step{step}.view0"], views[f"step{step}.view1"]
        torch.manual_seed(step)  # for random directions, which Swiftlet draws from the same generator
        if method != "simclr":
            loss = model.loss(first, second)
        elif arguments.views == "separate":
            loss = criterion(model(first), model(second))
        else:
            loss = criterion(*model(torch.cat([first, second])).chunk(2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        model.after_step(step)
        losses.append(loss.item())
    configuration = {
        "method": method, "optimizer": chosen, **settings_of(method, chosen),
        "temperature": QUEUE_TEMPERATURE if method in ("moco-v2", "nnclr") else TEMPERATURE, "queue": QUEUE,
        "teacherMomentum": {"moco-v2": QUEUE_MOMENTUM, "byol": TEACHER_MOMENTUM}.get(method),
        "biasAndNormRate": BIAS_AND_NORM_RATE.get(method, 1), "redundancy": REDUNDANCY,
        "warmUpSteps": WARM_UP, "totalSteps": STEPS, "width": WIDTH, "hidden": HIDDEN, "output": OUTPUT,
        "views": arguments.views, "precision": arguments.precision, "memoryFormat": arguments.memory_format}
    name = arguments.name or (chosen if method == "simclr" else method)
    written = {"configuration": configuration, "losses": losses}
    (folder / f"{name}.json").write_text(json.dumps(written, indent=1) + "\n")
    save_file({key: values.contiguous() for key, values in model.state_dict().items()}, folder / f"{name}.safetensors")
    print(f"{name}: loss {losses[0]:.6f} at the first step, {losses[-1]:.6f} at the last")


def compare(folder: Path, arguments: argparse.Namespace) -> int:
    recorded = json.loads((folder / f"{arguments.name}.json").read_text())
    expected = recorded["losses"]
    found = json.loads(arguments.losses.read_text())["losses"]
    if len(found) != len(expected):
        print(f"expected {len(expected)} losses, found {len(found)}")
        return 1
    loss = max(abs(a - b) / abs(b) for a, b in zip(found, expected))
    expected, found = load_file(folder / f"{arguments.name}.safetensors"), load_file(arguments.weights)
    counters = {name for name in expected if name.endswith("num_batches_tracked")}
    if set(found) | counters != set(expected):
        missing, unknown = set(expected) - counters - set(found), set(found) - set(expected)
        print(f"missing: {sorted(missing)}, unknown: {sorted(unknown)}")
        return 1
    misshapen = [name for name in set(expected) - counters if found[name].shape != expected[name].shape]
    if misshapen:
        print(f"of another shape: {sorted(misshapen)}")
        return 1
    initial = load_file(folder / initial_of(recorded["configuration"]["method"]))
    differences, moved, astray = {}, 0.0, 0.0
    for name in set(expected) - counters:
        difference = (found[name].double() - expected[name].double()).norm().item()
        differences[name] = difference / expected[name].double().norm().item()
        if "running" not in name and "queue" not in name:
            moved += (expected[name].double() - initial[name].double()).norm().item() ** 2
            astray += difference**2
    worst = max(differences, key=differences.get)
    of_the_way = math.sqrt(astray / moved)
    print(f"{arguments.name}: largest relative difference {loss:.1e} of a loss, "
          f"{differences[worst]:.1e} of a tensor ({worst}); {of_the_way:.1e} of the way that the parameters went")
    return 0 if max(loss, differences[worst]) <= 1e-3 and of_the_way <= 1e-2 else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=("make", "train", "compare"))
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--method", choices=METHODS, default="simclr")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, help="default: the method's")
    parser.add_argument("--views", choices=("separate", "together"), default="separate")
    parser.add_argument("--precision", choices=("float32", "float64"), default="float32")
    parser.add_argument("--memory-format", choices=("contiguous", "channels-last"), default="contiguous")
    parser.add_argument("--name", help="of the files that train writes (default: the method's, for SimCLR the optimiser's)")
    parser.add_argument("--losses", type=Path, help="compare: a JSON file with `losses`")
    parser.add_argument("--weights", type=Path, help="compare: a safetensors file")
    arguments = parser.parse_args()
    if arguments.mode == "compare":
        if not (arguments.name and arguments.losses and arguments.weights):
            parser.error("compare needs --name, --losses and --weights")
        return compare(arguments.folder, arguments)
    if arguments.mode == "make":
        make(arguments.folder)
    else:
        train(arguments.folder, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
