"""lightly's NT-Xent, forward and backward, on the embeddings of `swiftlet bench loss --write FILE`.

    lightly_ntxent.py FILE [--threads N] [--temperature 0.1]

Prints one JSON object: the seconds of the second pass, and the differences of value and gradients from those in the file,
relative to lightly's value and its largest gradient.
"""

import argparse
import json
import time

import torch
import torchvision_without_operators  # noqa: F401
from lightly.loss import NTXentLoss
from safetensors.torch import load_file


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--temperature", type=float, default=0.1)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    given = load_file(arguments.file)
    views = [given["first"].requires_grad_(), given["second"].requires_grad_()]
    loss = NTXentLoss(temperature=arguments.temperature)
    for _ in range(2):
        for view in views:
            view.grad = None
        start = time.perf_counter()
        value = loss(*views)
        value.backward()
        seconds = time.perf_counter() - start
    gradients = [((view.grad - given[name]).abs().max() / view.grad.abs().max()).item()
                 for view, name in zip(views, ("firstGradient", "secondGradient"))]
    difference = abs(value.item() - given["value"].item()) / abs(value.item())
    print(json.dumps({"seconds": seconds, "valueDifference": difference, "gradientDifference": max(gradients)}))


if __name__ == "__main__":
    main()
