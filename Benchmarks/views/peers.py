"""Makes views with one peer, on one thread, on request.

    peers.py NAME FOLDER SIZE included|excluded

Reads lines with a number of seconds from standard input, makes views for about that time, and prints views per second of
wall-clock time and of processor time. All peers use SimCLR's recipe (crop 0.08-1, flip, jitter of strength 1, grey, blur with
a kernel of a tenth of the side, ImageNet's normalisation) and return float tensors, two views of each picture. `included`
decodes the file for every two views, `excluded` has the decoded pictures in memory.
"""

import json
import random
import sys
import time
from pathlib import Path

import torchvision_without_operators  # noqa: F401
import numpy as np
import torch
from PIL import Image

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def kernel(size: int) -> int:
    """A tenth of the side, odd and at least 3."""
    return max(3, 2 * (size // 10 // 2) + 1)


def torchvision_recipe(size: int):
    from torchvision.transforms import v2

    return [
        v2.RandomResizedCrop(size, scale=(0.08, 1), antialias=True),
        v2.RandomHorizontalFlip(),
        v2.RandomApply([v2.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8),
        v2.RandomGrayscale(0.2),
        v2.RandomApply([v2.GaussianBlur(kernel(size), (0.1, 2))], p=0.5),
    ], [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, DEVIATION)]


def torchvision_pil(size: int):
    from torchvision.transforms import v2

    random_part, end = torchvision_recipe(size)
    transform = v2.Compose([*random_part, v2.ToImage(), *end])
    return pil, lambda picture: (transform(picture), transform(picture))


def torchvision_tensors(size: int):
    from torchvision.transforms import v2

    random_part, end = torchvision_recipe(size)
    transform = v2.Compose([*random_part, *end])
    return lambda path: v2.functional.to_image(pil(path)), lambda picture: (transform(picture), transform(picture))


def lightly(size: int):
    from lightly.transforms import SimCLRTransform

    return pil, SimCLRTransform(input_size=size)


def albumentations(size: int):
    import albumentations as A
    import albumentations.pytorch
    import cv2

    cv2.setNumThreads(1)
    transform = A.Compose([
        A.RandomResizedCrop(size=(size, size), scale=(0.08, 1)),
        A.HorizontalFlip(p=0.5),
        A.ColorJitter(brightness=(0.2, 1.8), contrast=(0.2, 1.8), saturation=(0.2, 1.8), hue=(-0.2, 0.2), p=0.8),
        A.ToGray(p=0.2),
        A.GaussianBlur(blur_limit=(kernel(size), kernel(size)), sigma_limit=(0.1, 2), p=0.5),
        A.Normalize(MEAN, DEVIATION),
        A.pytorch.ToTensorV2(),
    ])
    return (lambda path: cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB),
            lambda picture: (transform(image=picture)["image"], transform(image=picture)["image"]))


def pil(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


PEERS = {
    "torchvision, PIL": torchvision_pil,
    "torchvision, tensors": torchvision_tensors,
    "lightly": lightly,
    "albumentations": albumentations,
}


def main() -> None:
    name, folder, size, decode = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.set_num_threads(1)
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    read, two_views = PEERS[name](size)
    paths = sorted(folder.iterdir())
    pictures = [read(path) for path in paths] if decode == "excluded" else []
    next_sample = 0
    for line in sys.stdin:
        started, used, made = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - started < float(line):
            picture = pictures[next_sample] if pictures else read(paths[next_sample])
            made += len(two_views(picture))
            next_sample = (next_sample + 1) % len(paths)
        wall, processor = time.perf_counter() - started, time.process_time() - used
        print(json.dumps({"wall": made / wall, "processor": made / processor}), flush=True)


if __name__ == "__main__":
    main()
