#!/usr/bin/env python3
"""Golden values of time series, made with PyTorch, aeon and sktime.

    series.py ts2vec DIR        writes DIR/ts2vec.json: 20 steps of TS2Vec
    series.py minirocket DIR    writes DIR/minirocket.json: MiniRocket by sktime

TS2Vec is written here from the description in the paper (Yue et al. 2022): network, crops, masks, loss without tiles, AdamW,
and the mean of all weights. Weights have the names of the official code. Needs torch for the first, sktime for the second.
"""

import json
import sys
from pathlib import Path

import numpy as np

CHANNELS, WIDTH, LAYERS, FEATURES = 2, 4, 2, 6
STEPS, BATCH, LENGTH, RATE = 20, 3, 16, 1e-3


def rounded(array, digits=7):
    return [None if np.isnan(x) else float(f"{x:.{digits}g}") for x in np.asarray(array, dtype=np.float64).ravel()]


def ts2vec(folder: Path) -> None:
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.manual_seed(7)
    torch.set_num_threads(1)

    class Same(nn.Module):
        """The convolution of the official code lies in a module of its own."""

        def __init__(self, inputs, outputs, dilation):
            super().__init__()
            self.conv = nn.Conv1d(inputs, outputs, 3, padding=dilation, dilation=dilation)

        def forward(self, x):
            return self.conv(x)

    class Block(nn.Module):
        def __init__(self, inputs, outputs, dilation, is_last):
            super().__init__()
            self.conv1 = Same(inputs, outputs, dilation)
            self.conv2 = Same(outputs, outputs, dilation)
            self.projector = nn.Conv1d(inputs, outputs, 1) if is_last else None

        def forward(self, x):
            residual = x if self.projector is None else self.projector(x)
            return self.conv2(F.gelu(self.conv1(F.gelu(x)))) + residual

    class Extractor(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(*[
                Block(WIDTH, FEATURES if i == LAYERS else WIDTH, 2**i, i == LAYERS) for i in range(LAYERS + 1)])

        def forward(self, x):
            return self.net(x)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.input_fc = nn.Linear(CHANNELS, WIDTH)
            self.feature_extractor = Extractor()

        def forward(self, x, kept=None):
            """[batch, steps, channels] to [batch, steps, features]; dropout is left out."""
            seen = ~torch.isnan(x).any(-1)
            x = torch.where(seen.unsqueeze(-1), x, torch.zeros(()))
            x = self.input_fc(x)
            if kept is not None:
                seen = seen & kept
            x = torch.where(seen.unsqueeze(-1), x, torch.zeros(()))
            return self.feature_extractor(x.transpose(1, 2)).transpose(1, 2)

    def contrast(z):
        """[groups, 2 * members, features]: each row finds its partner among all others of its group."""
        count = z.shape[1]
        similarity = z @ z.transpose(1, 2)
        similarity = similarity.masked_fill(torch.eye(count, dtype=torch.bool), -torch.inf)
        partner = (torch.arange(count) + count // 2) % count
        return F.cross_entropy(similarity.reshape(-1, count), partner.repeat(z.shape[0]))

    def loss_of(a, b):
        losses = []
        while True:
            instance = contrast(torch.cat([a, b]).transpose(0, 1))
            losses.append(0.5 * instance + (0.5 * contrast(torch.cat([a, b], dim=1)) if a.shape[1] > 1 else 0))
            if a.shape[1] == 1:
                return sum(losses) / len(losses)
            a, b = (F.max_pool1d(z.transpose(1, 2), 2).transpose(1, 2) for z in (a, b))

    model = Encoder()
    initial = {name: rounded(value.detach()) for name, value in model.state_dict().items()}
    model.load_state_dict({
        name: torch.tensor(initial[name]).reshape(value.shape) for name, value in model.state_dict().items()})
    optimizer = torch.optim.AdamW([
        {"params": [w for w in model.parameters() if w.ndim > 1], "weight_decay": 0.01},
        {"params": [w for w in model.parameters() if w.ndim <= 1], "weight_decay": 0.0}], lr=RATE)
    mean = {name: value.detach().clone() for name, value in model.state_dict().items()}
    generator = np.random.default_rng(3)
    steps = []
    for step in range(STEPS):
        phase = generator.uniform(0, 6.28, (BATCH, 1, CHANNELS))
        values = np.sin(np.arange(LENGTH)[None, :, None] * generator.uniform(0.2, 1, (BATCH, 1, CHANNELS)) + phase)
        values += 0.1 * generator.normal(size=values.shape)
        values[generator.random(values.shape) < 0.04] = np.nan
        values = np.array([np.nan if x is None else x for x in rounded(values, 5)]).reshape(values.shape)
        length = int(generator.integers(2, LENGTH + 1))
        left = int(generator.integers(LENGTH - length + 1))
        right = left + length
        start = int(generator.integers(left + 1))
        end = int(generator.integers(right, LENGTH + 1))
        places = generator.integers(-start, LENGTH - end + 1, BATCH)
        x = torch.tensor(values, dtype=torch.float32)

        def crop(first, last):
            return torch.stack([x[i, place + first:place + last] for i, place in enumerate(places)])

        kept = [torch.tensor(generator.random((BATCH, n)) < 0.5) for n in (right - start, end - left)]
        a = model(crop(start, right), kept[0])[:, -length:]
        b = model(crop(left, end), kept[1])[:, :length]
        loss = loss_of(a, b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for name, value in model.state_dict().items():
            mean[name] += (value - mean[name]) / (step + 2)
        steps.append({
            "values": rounded(values, 5), "start": start, "left": left, "right": right, "end": end,
            "places": places.tolist(), "kept": [k.int().ravel().tolist() for k in kept], "loss": loss.item()})
    model.load_state_dict(mean)
    features = model(x).max(dim=1).values
    (folder / "ts2vec.json").write_text(json.dumps({
        "channels": CHANNELS, "width": WIDTH, "layers": LAYERS, "features": FEATURES, "batch": BATCH, "length": LENGTH,
        "rate": RATE, "initial": initial, "steps": steps, "encoded": rounded(features.detach())}) + "\n")


def minirocket(folder: Path) -> None:
    from sktime.transformations.rocket import _minirocket_numba as reference

    generator = np.random.default_rng(5)
    series = np.cumsum(generator.normal(size=(4, 61)), axis=1)
    series = ((series - series.mean(axis=1, keepdims=True)) / series.std(axis=1, keepdims=True)).astype(np.float32)
    series = np.round(series, 4).astype(np.float32)
    dilations, counts, biases = reference._fit(series, num_features=84 * 7, max_dilations_per_kernel=32, seed=1)
    features = reference._transform(series, (dilations, counts, biases))
    long = {}
    for length in (9, 24, 150, 427, 3000):
        found = reference._fit_dilations(length, 9996, 32)
        long[str(length)] = {"dilations": found[0].tolist(), "counts": found[1].tolist()}
    (folder / "minirocket.json").write_text(json.dumps({
        "series": rounded(series, 6), "count": 4, "dilations": dilations.tolist(), "counts": counts.tolist(),
        "biases": rounded(biases, 8), "features": rounded(features, 6), "usual": long}) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("ts2vec", "minirocket"):
        sys.exit(__doc__)
    {"ts2vec": ts2vec, "minirocket": minirocket}[sys.argv[1]](Path(sys.argv[2]))
