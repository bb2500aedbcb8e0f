#!/usr/bin/env python3
"""Twenty steps of SwAV, DINO and MAE in PyTorch, for Swiftlet to repeat.

    parity_transformers.py DIR     writes DIR/NAME.initial.safetensors, DIR/NAME.inputs.safetensors and DIR/NAME.json

The networks are from plain PyTorch and timm. The losses of SwAV and DINO and the head of DINO, with weight normalisation
in its last layer, are from lightly. The steps (Sinkhorn's queue, prototypes scaled to length 1 and frozen at first,
centre, teacher, clipping, schedules, last layer frozen at first) follow the official code. Parameters have Swiftlet's
names. The optimiser is AdamW, without weight decay for parameters of one dimension.
"""

import functools
import json
import math
import sys
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (before timm and lightly)
import timm
from lightly.loss import DINOLoss, SwaVLoss
from resnet import ResNet18
from safetensors.torch import save_file
from torch import nn

STEPS, STEPS_PER_EPOCH, BATCH, WARM_UP = 20, 5, 8, 5


def rate_at(step: int, peak: float) -> float:
    if step < WARM_UP:
        return peak * (step + 1) / WARM_UP
    return peak * (1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP))) / 2


def optimizer_of(model: nn.Module, decay: float, betas: tuple) -> torch.optim.AdamW:
    trained = [w for w in model.parameters() if w.requires_grad]
    return torch.optim.AdamW(
        [{"params": [w for w in trained if w.ndim > 1], "weight_decay": decay},
         {"params": [w for w in trained if w.ndim <= 1], "weight_decay": 0.0}], lr=0.0, betas=betas)


def crops(sides: list) -> list:
    """Smooth patterns that differ between samples; views of one sample are alike."""
    pattern = torch.randn(BATCH, 3, 3, 3)
    return [nn.functional.interpolate(pattern, size=side, mode="bicubic", align_corners=True)
            + 0.3 * torch.randn(BATCH, 3, side, side) for side in sides]


def vit(dynamic: bool, **given) -> nn.Module:
    return timm.create_model(
        "vit_tiny_patch16_224", patch_size=4, img_size=16, depth=2, num_classes=0, dynamic_img_size=dynamic, **given)


def state_of(parts: dict) -> dict:
    return {f"{part}.{name}" if part else name: values.clone().contiguous()
            for part, module in parts.items() for name, values in module.state_dict().items()}


def write(folder: Path, name: str, initial: dict, inputs: dict, losses: list, numbers: dict) -> None:
    save_file(initial, folder / f"{name}.initial.safetensors")
    save_file({key: values.contiguous() for key, values in inputs.items()}, folder / f"{name}.inputs.safetensors")
    numbers |= {"steps": STEPS, "stepsPerEpoch": STEPS_PER_EPOCH, "warmUpSteps": WARM_UP, "losses": losses}
    (folder / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n")
    print(f"{name}: loss {losses[0]:.6f} at the first step, {losses[-1]:.6f} at the last")


def by_size(network, views: list) -> torch.Tensor:
    outputs, start = [], 0
    while start < len(views):
        end = start
        while end < len(views) and views[end].shape == views[start].shape:
            end += 1
        outputs.append(network(torch.cat(views[start:end])))
        start = end
    return torch.cat(outputs)


def swav(folder: Path) -> None:
    torch.manual_seed(21)
    width, prototypes, queue_length, queue_start, rate, decay = 8, 12, 2 * BATCH, 1, 2e-4, 0.01
    backbone = ResNet18(width, cifar_stem=True)
    for module in backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, mean=1.0, std=0.2)
            nn.init.normal_(module.bias, std=0.3)
    projector = nn.Sequential(nn.Linear(8 * width, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 16))
    last = nn.Linear(16, prototypes, bias=False)
    last.weight.data = nn.functional.normalize(last.weight.data, dim=1)
    model = nn.ModuleDict({"backbone": backbone, "projector": projector, "prototypes": last})
    initial = state_of(model)
    initial["queue.embeddings"], initial["queue.filled"] = torch.zeros(2, queue_length, 16), torch.tensor(0)
    model.to(memory_format=torch.channels_last).train()
    optimizer, criterion = optimizer_of(model, decay, (0.9, 0.999)), SwaVLoss(temperature=0.1)
    queue = torch.zeros(2, queue_length, 16)
    inputs, losses = {}, []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, rate)
        views = crops([16, 16, 8, 8])
        inputs |= {f"step{step}.view{index}": view for index, view in enumerate(views)}
        with torch.no_grad():
            last.weight.copy_(nn.functional.normalize(last.weight, dim=1))
        views = [view.contiguous(memory_format=torch.channels_last) for view in views]
        embeddings = nn.functional.normalize(projector(by_size(backbone, views)), dim=1)
        scores = last(embeddings).chunk(len(views))
        full = bool((queue[:, -1] != 0).any())
        earlier = [last(queue[i]).detach() for i in range(2)] if full else None
        loss = criterion(list(scores[:2]), list(scores[2:]), earlier).squeeze()
        optimizer.zero_grad()
        loss.backward()
        if step < STEPS_PER_EPOCH:
            last.weight.grad = None
        optimizer.step()
        if step >= queue_start * STEPS_PER_EPOCH:
            new = torch.stack([e.detach() for e in embeddings.chunk(len(views))[:2]])
            queue = torch.cat([new, queue], dim=1)[:, :queue_length]
        losses.append(loss.item())
    write(folder, "swav", initial, inputs, losses, {
        "learningRate": rate, "weightDecay": decay, "width": width, "prototypes": prototypes,
        "queueLength": queue_length, "queueStartEpoch": queue_start})


class DINOHead(nn.Module):
    def __init__(self, inputs: int, hidden: int, bottleneck: int, prototypes: int):
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, bottleneck))
        self.last_layer = nn.utils.weight_norm(nn.Linear(bottleneck, prototypes, bias=False))
        self.last_layer.weight_g.data.fill_(1)
        self.last_layer.weight_g.requires_grad = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last_layer(nn.functional.normalize(self.mlp(x), dim=-1))


def dino(folder: Path) -> None:
    torch.manual_seed(22)
    prototypes, base, rate, decay, final_decay, clip = 24, 0.9, 1e-3, 0.04, 0.4, 0.5
    temperatures = {"start": 0.04, "end": 0.07, "warmUpEpochs": 3}

    def network() -> nn.ModuleDict:
        return nn.ModuleDict({"backbone": vit(True), "head": DINOHead(192, 32, 16, prototypes)})

    student, teacher = network(), network()
    teacher.load_state_dict(student.state_dict())
    for w in teacher.parameters():
        w.requires_grad = False
    initial = {name: values for name, values in state_of({"student": student, "teacher": teacher}).items()
               if not name.endswith("weight_g")}
    initial["center"] = torch.zeros(prototypes)
    optimizer, criterion = optimizer_of(student, decay, (0.9, 0.999)), DINOLoss(output_dim=prototypes)
    inputs, losses = {}, []
    for step in range(STEPS):
        progress, epoch = step / STEPS, step // STEPS_PER_EPOCH
        optimizer.param_groups[0]["weight_decay"] = final_decay + (decay - final_decay) * (
            1 + math.cos(math.pi * progress)) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, rate)
        views = crops([16, 16, 8, 8, 8])
        inputs |= {f"step{step}.view{index}": view for index, view in enumerate(views)}
        with torch.no_grad():
            taught = teacher["head"](by_size(teacher["backbone"], views[:2])).chunk(2)
        learned = student["head"](by_size(student["backbone"], views)).chunk(len(views))
        warm = temperatures["warmUpEpochs"]
        sharp = temperatures["end"] if epoch >= warm else temperatures["start"] + (
            temperatures["end"] - temperatures["start"]) * epoch / (warm - 1)
        loss = criterion(list(taught), list(learned), teacher_temp=sharp)
        optimizer.zero_grad()
        loss.backward()
        for w in student.parameters():
            if w.grad is not None:
                factor = clip / (w.grad.norm() + 1e-6)
                if factor < 1:
                    w.grad.mul_(factor)
        if epoch < 1:
            student["head"].last_layer.weight_v.grad = None
        optimizer.step()
        momentum = 1 + (base - 1) * (1 + math.cos(math.pi * progress)) / 2
        with torch.no_grad():
            for own, followed in zip(teacher.parameters(), student.parameters()):
                own.mul_(momentum).add_(followed, alpha=1 - momentum)
        losses.append(loss.item())
    write(folder, "dino", initial, inputs, losses, {
        "learningRate": rate, "weightDecay": decay, "finalWeightDecay": final_decay, "clip": clip, "momentum": base,
        "prototypes": prototypes, "teacherTemperature": temperatures})


def positions(width: int, side: int) -> torch.Tensor:
    """MAE's `get_2d_sincos_pos_embed`, written from its description: columns, then rows; sines, then cosines."""
    omega = 10000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    rows = []
    for row in range(side):
        for column in range(side):
            rows.append(torch.cat([part for place in (column, row)
                                   for part in (torch.sin(place * omega), torch.cos(place * omega))]))
    return torch.stack(rows).float()


class MAEDecoder(nn.Module):
    def __init__(self, inputs: int, width: int, outputs: int):
        super().__init__()
        self.mask_token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.decoder_embed = nn.Linear(inputs, width)
        self.decoder_blocks = nn.Sequential(*[
            timm.models.vision_transformer.Block(width, 4, qkv_bias=True, norm_layer=functools.partial(nn.LayerNorm, eps=1e-6))
            for _ in range(2)])
        self.decoder_norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_pred = nn.Linear(width, outputs)


def mae(folder: Path) -> None:
    torch.manual_seed(23)
    side, patch, width, ratio, rate, decay = 16, 4, 32, 0.75, 1e-3, 0.05
    grid, encoder = side // patch, vit(False)
    encoder.pos_embed.data = torch.cat([torch.zeros(1, 192), positions(192, grid)]).unsqueeze(0)
    encoder.pos_embed.requires_grad = False
    decoder = MAEDecoder(192, width, patch * patch * 3)
    model = nn.ModuleDict({"backbone": encoder, "decoder": decoder})
    initial = state_of(model)
    optimizer, places = optimizer_of(model, decay, (0.9, 0.95)), positions(width, grid)
    inputs, losses = {}, []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, rate)
        (image,) = crops([side])
        order = torch.stack([torch.randperm(grid * grid) for _ in range(BATCH)])
        inputs |= {f"step{step}.view0": image, f"step{step}.order": order}
        kept = int(grid * grid * (1 - ratio))
        x = encoder.patch_embed(image) + encoder.pos_embed[:, 1:]
        x = torch.stack([x[n, order[n, :kept]] for n in range(BATCH)])
        first = (encoder.cls_token + encoder.pos_embed[:, :1]).expand(BATCH, -1, -1)
        x = decoder.decoder_embed(encoder.norm(encoder.blocks(torch.cat([first, x], dim=1))))
        full = decoder.mask_token.expand(BATCH, grid * grid, -1).clone()
        for n in range(BATCH):
            full[n, order[n, :kept]] = x[n, 1:]
        x = torch.cat([x[:, :1], full + places], dim=1)
        x = decoder.decoder_pred(decoder.decoder_norm(decoder.decoder_blocks(x)))[:, 1:]
        target = image.reshape(BATCH, 3, grid, patch, grid, patch)
        target = torch.einsum("nchpwq->nhwpqc", target).reshape(BATCH, grid * grid, -1)
        target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6).sqrt()
        hidden = torch.ones(BATCH, grid * grid)
        for n in range(BATCH):
            hidden[n, order[n, :kept]] = 0
        loss = (((x - target) ** 2).mean(-1) * hidden).sum() / hidden.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    write(folder, "mae", initial, inputs, losses, {
        "learningRate": rate, "weightDecay": decay, "maskRatio": ratio, "decoderWidth": width})


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for make in (swav, dino, mae):
        make(folder)


if __name__ == "__main__":
    main()
