"""SimCLR as in lightly's example for PyTorch, for a number of seconds; prints images per second as JSON.

    lightly_simclr.py FOLDER --size 96|32 --batch N --precision float32|bfloat16 --configuration defaults|best
                      --workers N --threads N --seconds S [--step-alone] [--stem imagenet|cifar] [--seed N]
                      [--features OUT.npy]

The parts are those of the example: lightly's dataset, views, head and loss, torchvision's ResNet-18, SGD at 0.06. `best` adds
channels_last and, on request, autocast to bfloat16. At 32 pixels the network has the CIFAR stem by default.
`--step-alone` trains on one batch of noise. The first three steps are not counted. With `--features` the seconds count
from the start of the process, and the features of all pictures, resized to the size, are written in the order of their names,
which stand in OUT.txt beside.
"""

import argparse
import contextlib
import itertools
import json
import time

STARTED = time.perf_counter()

from pathlib import Path

import numpy as np
import torch
import torchvision_without_operators  # noqa: F401
import torchvision
from lightly.data import LightlyDataset
from lightly.loss import NTXentLoss
from lightly.models.modules import SimCLRProjectionHead
from lightly.transforms import SimCLRTransform

WARM_UP = 3


@torch.no_grad()
def write_features(backbone: torch.nn.Module, arguments) -> None:
    plain = torchvision.transforms.Compose([
        torchvision.transforms.Resize((arguments.size, arguments.size)), torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    dataset = LightlyDataset(arguments.folder, transform=plain)
    rows = [(backbone(images).numpy(), names) for images, _, names in torch.utils.data.DataLoader(dataset, batch_size=256)]
    np.save(arguments.features, np.concatenate([features for features, _ in rows]))
    arguments.features.with_suffix(".txt").write_text("\n".join(name for _, names in rows for name in names) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], required=True)
    parser.add_argument("--configuration", choices=["defaults", "best"], required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--step-alone", action="store_true")
    parser.add_argument("--stem", choices=["imagenet", "cifar"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--features", type=Path)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)

    resnet = torchvision.models.resnet18()
    if (arguments.stem or ("cifar" if arguments.size == 32 else "imagenet")) == "cifar":
        resnet.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)
        resnet.maxpool = torch.nn.Identity()
    backbone = torch.nn.Sequential(*list(resnet.children())[:-1], torch.nn.Flatten())
    model = torch.nn.Sequential(backbone, SimCLRProjectionHead(512, 512, 128))
    form = torch.channels_last if arguments.configuration == "best" else torch.contiguous_format
    model = model.to(memory_format=form)
    low = arguments.configuration == "best" and arguments.precision == "bfloat16"
    autocast = (lambda: torch.autocast("cpu", torch.bfloat16)) if low else contextlib.nullcontext
    criterion = NTXentLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.06)

    if arguments.step_alone:
        shape = (arguments.batch, 3, arguments.size, arguments.size)
        batches = itertools.repeat(((torch.randn(shape), torch.randn(shape)),))
    else:
        transform = SimCLRTransform(input_size=arguments.size, gaussian_blur=0.0 if arguments.size == 32 else 0.5)
        dataset = LightlyDataset(arguments.folder, transform=transform)
        loader = torch.utils.data.DataLoader(
            dataset, batch_size=arguments.batch, shuffle=True, drop_last=True, num_workers=arguments.workers,
            persistent_workers=arguments.workers > 0)
        batches = itertools.chain.from_iterable(itertools.repeat(loader))

    count, start = 0, STARTED if arguments.features else None
    for number, (views, *_) in enumerate(batches):
        if number == WARM_UP and start is None:
            start = time.perf_counter()
        first, second = (view.to(memory_format=form) for view in views)
        with autocast():
            embeddings = model(first), model(second)
        loss = criterion(*(one.float() for one in embeddings))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if start is not None:
            count += arguments.batch
            if time.perf_counter() - start >= arguments.seconds:
                break
    print(json.dumps({"rate": count / (time.perf_counter() - start), "seconds": time.perf_counter() - start}))
    if arguments.features:
        write_features(backbone.eval(), arguments)


if __name__ == "__main__":
    main()
