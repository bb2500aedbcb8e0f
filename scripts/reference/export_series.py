#!/usr/bin/env python3
"""A network for series that `swiftlet export` wrote, in onnxruntime: `export_series.py make|check …`.

    make FILE                         a .ts file: two channels, 20 series of 9 to 140 steps, some values missing
    check MODEL FILE VECTORS          features of each series beside those of `swiftlet embed`
"""

import sys

import numpy as np

TOLERANCE = 1e-5


def make(path: str) -> None:
    generator = np.random.default_rng(2)
    lines = ["@problemName Waves", "@classLabel false", "@data"]
    for index in range(20):
        steps = 60 if index < 8 else int(generator.integers(9, 141))
        values = np.sin(np.arange(steps) * generator.uniform(0.1, 1, (2, 1))) + 0.1 * generator.normal(size=(2, steps))
        channels = [["?" if generator.random() < 0.03 else f"{x:.5f}" for x in channel] for channel in values]
        lines.append(":".join(",".join(channel) for channel in channels))
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def check(model: str, path: str, vectors: str) -> None:
    import onnxruntime

    lines = open(path).read().split("@data\n")[1].splitlines()
    series = [np.array([[float("nan") if x == "?" else float(x) for x in channel.split(",")] for channel in line.split(":")],
                       np.float32).T for line in lines]
    expected = np.load(vectors)
    session = onnxruntime.InferenceSession(model)
    single = [session.run(["features"], {"input": one[None]})[0][0] for one in series]
    together = session.run(["features"], {"input": np.stack(series[:8])})[0]
    worst = max(np.abs(np.stack(single) - expected).max(), np.abs(together - expected[:8]).max())
    print(f"onnxruntime {onnxruntime.__version__}: {len(series)} series, the largest difference is {worst:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(1)


if __name__ == "__main__":
    make(sys.argv[2]) if sys.argv[1] == "make" else check(*sys.argv[2:5])
