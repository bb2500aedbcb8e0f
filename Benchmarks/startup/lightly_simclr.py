"""SimCLR as in lightly's example for PyTorch, on a folder of pictures, until its first step is finished.

    lightly_simclr.py FOLDER --workers N

The parts are those of the example: lightly's dataset, views, head and loss, torchvision's ResNet-18, SGD at 0.06. Only
the data, the size of a view (64) and the batch (32) are this benchmark's. Prints a line when the step is done.
"""

import argparse

import torch
import torchvision_without_operators  # noqa: F401
import torchvision
from lightly.data import LightlyDataset
from lightly.loss import NTXentLoss
from lightly.models.modules import SimCLRProjectionHead
from lightly.transforms import SimCLRTransform


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--workers", type=int, required=True)
    arguments = parser.parse_args()

    resnet = torchvision.models.resnet18()
    backbone = torch.nn.Sequential(*list(resnet.children())[:-1], torch.nn.Flatten())
    model = torch.nn.Sequential(backbone, SimCLRProjectionHead(512, 512, 128))
    dataset = LightlyDataset(arguments.folder, transform=SimCLRTransform(input_size=64))
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=32, shuffle=True, drop_last=True, num_workers=arguments.workers)
    criterion = NTXentLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.06)

    (first, second), *_ = next(iter(loader))
    loss = criterion(model(first), model(second))
    loss.backward()
    optimizer.step()
    print(f"step 1: loss {loss.item():.4f}", flush=True)


if __name__ == "__main__":
    main()
