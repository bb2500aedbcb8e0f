#!/usr/bin/env python3
"""Weights that travel: ResNet-18 and ResNet-50 of torchvision and timm, as safetensors and back.

    weights.py make DIR [--with-head]
    weights.py check resnet18|resnet50 FILE --input FILE --features FILE [--prefix backbone.]

`make` writes DIR/input.safetensors (`input`, [4, 3, 96, 96]) and for each of torchvision-resnet18, torchvision-resnet50,
timm-resnet18 and timm-resnet50 the random weights, NAME.safetensors, and what the model computes from the input in
evaluation mode behind its average pooling, NAME.features.safetensors (`features`, [4, 512 or 2048]). The classifier
`fc` is among the weights only with --with-head. Statistics and scales of batch normalisation are random too, so that
a mixed-up name shows in the features.

`check` loads FILE strictly into both libraries' models, computes the features of the input and prints the largest
absolute difference from those in the features file, which Swiftlet computed from the same weights. It exits with 1
above 1e-4. --prefix is cut off the names in FILE; names without it are left out.
"""

import argparse
import sys
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401
import timm
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn

ARCHITECTURES = ("resnet18", "resnet50")


def torchvision_model(architecture: str, head: bool) -> nn.Module:
    model = torchvision.models.get_model(architecture, weights=None)
    if not head:
        model.fc = nn.Identity()
    return model


def timm_model(architecture: str, head: bool) -> nn.Module:
    return timm.create_model(architecture, pretrained=False, num_classes=1000 if head else 0)


LIBRARIES = {"torchvision": torchvision_model, "timm": timm_model}


def features_of(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """[N, 3, H, W] to what goes into the classifier, [N, width]."""
    collected = []
    hook = model.fc.register_forward_pre_hook(lambda _, inputs: collected.append(inputs[0]))
    with torch.inference_mode():
        model.eval()(images)
    hook.remove()
    return collected[0]


def with_random_statistics(model: nn.Module) -> nn.Module:
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.0)
            nn.init.normal_(module.bias, std=0.2)
            nn.init.normal_(module.running_mean, std=0.2)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
    return model


def make(folder: Path, head: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(11)
    images = torch.randn(4, 3, 96, 96)
    save_file({"input": images}, folder / "input.safetensors")
    for library, build in LIBRARIES.items():
        for architecture in ARCHITECTURES:
            model = with_random_statistics(build(architecture, head))
            features = features_of(model, images)
            name = f"{library}-{architecture}"
            save_file({key: values.contiguous() for key, values in model.state_dict().items()},
                      folder / f"{name}.safetensors")
            save_file({"features": features.contiguous()}, folder / f"{name}.features.safetensors")
            print(f"{name}: features of mean {features.mean():.4f}, standard deviation {features.std():.4f}")


def check(arguments: argparse.Namespace) -> int:
    weights = {name.removeprefix(arguments.prefix): values for name, values in load_file(arguments.file).items()
               if name.startswith(arguments.prefix)}
    images = load_file(arguments.input)["input"]
    expected = load_file(arguments.features)["features"]
    worst = 0.0
    for library, build in LIBRARIES.items():
        model = build(arguments.architecture, head="fc.weight" in weights)
        counters = {name: values for name, values in model.state_dict().items() if name.endswith("num_batches_tracked")}
        try:
            # The counters are bookkeeping that torch itself treats as optional.
            model.load_state_dict({**counters, **weights}, strict=True)
        except RuntimeError as error:
            print(f"{library} {arguments.architecture}: {error}")
            return 1
        difference = (features_of(model, images) - expected).abs().max().item()
        print(f"{library} {arguments.architecture}: largest absolute difference {difference:.1e}")
        worst = max(worst, difference)
    return 0 if worst <= 1e-4 else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    making = modes.add_parser("make")
    making.add_argument("folder", metavar="DIR", type=Path)
    making.add_argument("--with-head", action="store_true")
    checking = modes.add_parser("check")
    checking.add_argument("architecture", choices=ARCHITECTURES)
    checking.add_argument("file", metavar="FILE", type=Path)
    checking.add_argument("--input", type=Path, required=True)
    checking.add_argument("--features", type=Path, required=True)
    checking.add_argument("--prefix", default="")
    arguments = parser.parse_args()
    if arguments.mode == "check":
        return check(arguments)
    make(arguments.folder, arguments.with_head)
    return 0


if __name__ == "__main__":
    sys.exit(main())
