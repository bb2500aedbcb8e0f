"""Writes views.json: what torchvision makes of a small drawn picture, for fixed parameters.

Needs torch, torchvision and numpy. Values are stored as round(65535 * value), little-endian uint16, base64.
"""
import base64
import json
import pathlib

import numpy
import torch

# Only torchvision's Python code is used. Where its compiled part was built for another torch, the operators that it
# declares shapes for on import do not exist: the declarations are skipped.
declare = torch.library.register_fake
torch.library.register_fake = lambda *_, **__: lambda function: function
import torchvision  # noqa: E402
from torchvision.transforms import v2  # noqa: E402
from torchvision.transforms.v2 import functional as F  # noqa: E402

torch.library.register_fake = declare

WIDTH, HEIGHT = 24, 20
x, y = numpy.meshgrid(numpy.arange(WIDTH), numpy.arange(HEIGHT))
noise = numpy.random.default_rng(7).integers(0, 120, (HEIGHT, WIDTH, 3))
planes = [127 + 90 * numpy.sin(x / 4.0 + phase) * numpy.cos(y / 5.0 - phase) for phase in (0, 1.1, 2.7)]
rgb8 = numpy.clip(numpy.stack(planes, -1) + noise - 60, 0, 255).astype(numpy.uint8)
rgb8[:4, :4] = 255  # grey corners, where the hue has no meaning
rgb8[-4:, -4:] = 0
rgb8[-4:, :4] = 90
grey16 = (rgb8[..., 0].astype(numpy.uint16) * 257 ^ 0x00A5).astype(numpy.uint16)


def unit(array, most):
    return torch.from_numpy(array.astype(numpy.float32) / numpy.float32(most)).reshape(HEIGHT, WIDTH, -1).permute(2, 0, 1)


pictures = {"rgb8": unit(rgb8, 255), "grey16": unit(grey16, 65535)}
cases = []


def add(operation, picture, result, **parameters):
    values = result.clamp(0, 1).contiguous()
    stored = numpy.round(values.numpy().astype(numpy.float64) * 65535).astype("<u2")
    cases.append({
        "operation": operation, "picture": picture, "parameters": parameters, "shape": list(values.shape),
        "values": base64.b64encode(stored.tobytes()).decode()})


modes = {"bilinear": v2.InterpolationMode.BILINEAR, "bicubic": v2.InterpolationMode.BICUBIC}
for name, image in pictures.items():
    for left, top, width, height, out_width, out_height in [
        (0, 0, 24, 20, 24, 20), (3, 2, 17, 11, 8, 8), (0, 0, 24, 20, 7, 9), (5, 6, 6, 5, 16, 15), (1, 0, 23, 4, 9, 12),
    ]:
        for mode, interpolation in modes.items():
            add("crop", name, F.resized_crop(image, top, left, height, width, [out_height, out_width], interpolation, True),
                left=left, top=top, width=width, height=height, outWidth=out_width, outHeight=out_height, filter=mode)
    for size in (8, 13, 20, 31):
        add("centre", name, F.center_crop(F.resize(image, [size], antialias=True), [size]), size=size)
    for factor in (0.0, 0.6, 1.5):
        add("brightness", name, F.adjust_brightness(image, factor), factor=factor)
        add("contrast", name, F.adjust_contrast(image, factor), factor=factor)
        if name == "rgb8":
            add("saturation", name, F.adjust_saturation(image, factor), factor=factor)
    for kernel, sigma in ((3, 0.5), (7, 1.3), (15, 2.0)):
        add("blur", name, F.gaussian_blur(image, [kernel, kernel], [sigma, sigma]), radius=kernel // 2, sigma=sigma)
    for threshold in (0.5, 0.8):
        add("solarize", name, F.solarize(image, threshold), threshold=threshold)
    for angle, tx, ty, scale, sx, sy, fill in [
        (0, 0, 0, 1, 0, 0, 0), (20, 0, 0, 1, 0, 0, 0), (-13, 3, -4, 0.7, 0, 0, 0), (7, -2, 1, 1.25, 10, 0, 0.5),
        (0, 0, 0, 1, -8, 5, 1), (170, 1, 1, 0.4, 3, 0, 0.25),
    ]:
        add("affine", name,
            F.affine(image, angle, [tx, ty], scale, [sx, sy], v2.InterpolationMode.BILINEAR, fill=[fill]),
            angle=angle, x=tx, y=ty, scale=scale, shearX=sx, shearY=sy, fill=fill)
    for gamma in (0.4, 1.0, 2.2):
        add("gamma", name, F.adjust_gamma(image, gamma), gamma=gamma)
    for shifts, fill in [((0,) * 8, 0), ((3, 2, 5, 1, 0, 4, 2, 2), 0), ((9, 7, 1, 3, 8, 0, 6, 9), 0.5)]:
        right, bottom = WIDTH - 1, HEIGHT - 1
        ends = [[shifts[0], shifts[1]], [right - shifts[2], shifts[3]], [right - shifts[4], bottom - shifts[5]],
                [shifts[6], bottom - shifts[7]]]
        add("perspective", name,
            F.perspective(image, [[0, 0], [right, 0], [right, bottom], [0, bottom]], ends,
                          v2.InterpolationMode.BILINEAR, fill=[fill]),
            **{f"shift{place}": value for place, value in enumerate(shifts)}, fill=fill)
    add("erase", name, F.erase(image, 3, 5, 6, 9, torch.tensor(0.25).reshape(1, 1, 1)),
        left=5, top=3, width=9, height=6, value=0.25)
    add("flip", name, F.horizontal_flip(F.resize(image, [10, 12], antialias=True)), width=12, height=10, down=0, across=1)
    add("flip", name, F.vertical_flip(F.resize(image, [10, 12], antialias=True)), width=12, height=10, down=1, across=0)
for turns in (-0.5, -0.2, 0.0, 0.07, 0.31, 0.5):
    add("hue", "rgb8", F.adjust_hue(pictures["rgb8"], turns), turns=turns)
add("grey", "rgb8", F.rgb_to_grayscale(pictures["rgb8"], num_output_channels=3))

golden = {
    "torchvision": torchvision.__version__, "torch": torch.__version__, "width": WIDTH, "height": HEIGHT,
    "rgb8": base64.b64encode(rgb8.tobytes()).decode(),
    "grey16": base64.b64encode(grey16.astype("<u2").tobytes()).decode(), "cases": cases}
path = pathlib.Path(__file__).with_name("views.json")
path.write_text(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{") + "\n")
print(len(cases), "cases", path.stat().st_size, "bytes")
