#!/usr/bin/env python3
"""Exchanges random weights between Swiftlet and the networks of torchvision and timm.

    weights.py make DIR     writes DIR/{torchvision,timm}-{resnet18,resnet50}.safetensors and DIR/timm-vit-*.safetensors,
                            an input and their features
    weights.py check DIR    loads the files of Swiftlet (DIR/swiftlet-*.safetensors) strictly, and compares features
"""

import sys
from pathlib import Path

import torch
import torchvision_without_operators  # noqa: F401  (before torchvision)
import timm
import torchvision
from safetensors.torch import load_file, save_file

MODELS = {
    f"{source}-{name}": (source, name) for source in ("torchvision", "timm") for name in ("resnet18", "resnet50")
}

# Name, timm's arguments, and the side of the input: either the side of the positions, or one that needs interpolation.
TRANSFORMERS = {
    "timm-vit-tiny-16": ("vit_tiny_patch16_224", {}, 224),
    "timm-vit-tiny-4": ("vit_tiny_patch16_224", {"patch_size": 4, "img_size": 32}, 32),
    "timm-vit-tiny-4-larger": (
        "vit_tiny_patch16_224", {"patch_size": 4, "img_size": 32, "dynamic_img_size": True}, 48),
    "timm-vit-small-8-smaller": (
        "vit_small_patch16_224", {"patch_size": 8, "img_size": 64, "dynamic_img_size": True}, 32),
    "timm-vit-tiny-8-patches": (
        "vit_tiny_patch16_224",
        {"patch_size": 8, "img_size": 32, "class_token": False, "global_pool": "avg", "fc_norm": False}, 32),
    # DINOv2's form, small: layer scale, and registers that have no position.
    "timm-dinov2": (
        "vit_small_patch14_dinov2",
        {"embed_dim": 192, "depth": 2, "num_heads": 3, "img_size": 56, "num_classes": 1000}, 56),
    "timm-dinov2-registers": (
        "vit_small_patch14_reg4_dinov2",
        {"embed_dim": 192, "depth": 2, "num_heads": 3, "img_size": 56, "num_classes": 1000, "dynamic_img_size": True}, 84),
}
MODELS.update({stem: ("timm", stem) for stem in TRANSFORMERS})


def build(source: str, name: str) -> torch.nn.Module:
    if name in TRANSFORMERS:
        model = timm.create_model(TRANSFORMERS[name][0], **TRANSFORMERS[name][1])
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.data.normal_(mean=1, std=0.2)
                module.bias.data.normal_(std=0.2)
            if isinstance(module, torch.nn.Linear):
                module.bias.data.normal_(std=0.1)
            if isinstance(module, timm.layers.LayerScale):
                module.gamma.data.normal_(std=0.5)
        if model.reg_token is not None:
            model.reg_token.data.normal_(std=0.5)
        # Large enough that a misplaced position changes the result.
        model.pos_embed.data.normal_(std=0.5)
        return model.eval()
    model = getattr(torchvision.models, name)() if source == "torchvision" else timm.create_model(name)
    # Running statistics other than 0 and 1; otherwise a model that ignores them would pass.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model.eval()


@torch.no_grad()
def outputs(model: torch.nn.Module, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    kept = []
    head = model.head if hasattr(model, "head") else model.fc
    handle = head.register_forward_pre_hook(lambda _, inputs: kept.append(inputs[0]))
    logits = model(images)
    handle.remove()
    return kept[0].contiguous(), logits


def side(stem: str) -> tuple[int, int]:
    return (TRANSFORMERS[stem][2],) * 2 if stem in TRANSFORMERS else (96, 96)


def main() -> int:
    mode, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(5)
    worst = 0.0
    for stem, (source, name) in MODELS.items():
        if mode == "make":
            model, images = build(source, name), torch.randn(2, 3, *side(stem))
            features, logits = outputs(model, images)
            save_file(model.state_dict(), folder / f"{stem}.safetensors")
            save_file({"images": images, "features": features, "logits": logits}, folder / f"{stem}.outputs.safetensors")
        else:
            model, expected = build(source, name), load_file(folder / f"{stem}.outputs.safetensors")
            model.load_state_dict(load_file(folder / f"swiftlet-{stem}.safetensors"), strict=True)
            features, _ = outputs(model, expected["images"])
            difference = (features - expected["features"]).abs().max().item()
            worst = max(worst, difference)
            print(f"{stem}: loaded strictly, features differ by at most {difference:.1e}")
    return 0 if worst < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
