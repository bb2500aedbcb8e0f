#!/usr/bin/env python3
"""Twenty steps of masked tokens, SimCSE and TSDAE in PyTorch, for Swiftlet to repeat: Tests/TextTests/Golden/parity.json.

Needs torch, transformers and numpy. The networks are Hugging Face's: `BertForMaskedLM`, `BertModel`, and for TSDAE a
`BertLMHeadModel` with cross-attention whose layers are those of the encoder, as in sentence-transformers'
`DenoisingAutoEncoderLoss`. Dropout is off, and what Swiftlet draws for masked tokens is recorded. Weights are not: both
sides compute them from the names (`numbers`), so that the file stays small. It holds the batches, the losses of all steps
and how far each parameter moved.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from named_numbers import numbers
from torch import nn
from transformers import BertConfig, BertForMaskedLM, BertLMHeadModel, BertModel

STEPS, WARM_UP, BATCH, LONGEST, ENTRIES, WIDTH, LAYERS, HEADS, HIDDEN = 20, 5, 6, 11, 40, 16, 2, 2, 24
FIRST, LAST, MASK, RATE, DECAY, TEMPERATURE, SHARE = 2, 3, 4, 2e-3, 0.01, 0.05, 0.3


def fill(parameters: dict) -> None:
    with torch.no_grad():
        for name, parameter in parameters.items():
            values = numbers(name, parameter.numel()) + (1 if name.endswith("LayerNorm.weight") else 0)
            parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))


def config(**given) -> BertConfig:
    return BertConfig(
        vocab_size=ENTRIES, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=HIDDEN, max_position_embeddings=LONGEST, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
        **given)


def padded(rows: list) -> torch.Tensor:
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def texts(draw: np.random.Generator) -> list:
    """One of them has no token of its own."""
    lengths = [0 if row == 0 else int(draw.integers(1, LONGEST - 1)) for row in range(BATCH)]
    return [[FIRST] + draw.integers(5, ENTRIES, n).tolist() + [LAST] for n in lengths]


def masked(ids: torch.Tensor, draws: dict) -> tuple:
    """What is read, and what is to be predicted: -100 where nothing is."""
    read, labels = ids.clone(), torch.full_like(ids, -100)
    for row in range(len(ids)):
        own = [place for place in range(ids.shape[1]) if ids[row, place] not in (0, FIRST, LAST)]
        if not own:
            continue
        wanted = max(1, math.floor(len(own) * SHARE + 0.5))
        chosen = sorted(own, key=lambda place: -draws["order"][row][place])[:wanted]
        for rank, place in enumerate(chosen):
            labels[row, place] = ids[row, place]
            fate = draws["fates"][row][rank]
            if fate < 0.8:
                read[row, place] = MASK
            elif fate < 0.9:
                read[row, place] = math.floor(draws["others"][row][rank] * ENTRIES)
    return read, labels


def masked_tokens(draw):
    model = BertForMaskedLM(config())
    named = {name.replace("bert.", "backbone."): parameter for name, parameter in model.named_parameters()
             if not name.startswith("cls.predictions.decoder")}

    def batch():
        rows = texts(draw)
        shape = padded(rows).shape
        return {"ids": rows, **{name: np.round(draw.random(shape), 3).tolist() for name in ("order", "fates", "others")}}

    def loss(recorded):
        ids = padded(recorded["ids"])
        read, labels = masked(ids, recorded)
        return model(input_ids=read, attention_mask=(ids != 0).long(), labels=labels).loss

    return named, batch, loss


def simcse(draw):
    model, head = BertModel(config(), add_pooling_layer=False), nn.Linear(WIDTH, WIDTH)
    named = {f"backbone.{name}": parameter for name, parameter in model.named_parameters()}
    named |= {f"mlp.dense.{name}": parameter for name, parameter in head.named_parameters()}

    def batch():
        return {"ids": texts(draw)}

    def loss(recorded):
        ids = padded(recorded["ids"])
        views = []
        for _ in range(2):
            tokens = model(input_ids=ids, attention_mask=(ids != 0).long()).last_hidden_state
            views.append(torch.tanh(head(tokens[:, 0])))
        cosines = nn.functional.cosine_similarity(views[0].unsqueeze(1), views[1].unsqueeze(0), dim=-1)
        return nn.functional.cross_entropy(cosines / TEMPERATURE, torch.arange(len(ids)))

    return named, batch, loss


def tsdae(draw):
    encoder = BertModel(config(), add_pooling_layer=False)
    decoder = BertLMHeadModel(config(is_decoder=True, add_cross_attention=True))
    for name, parameter in encoder.named_parameters():
        path, _, last = name.rpartition(".")
        setattr(decoder.bert.get_submodule(path), last, parameter)
    decoder.cls.predictions.decoder.weight = encoder.embeddings.word_embeddings.weight
    decoder.cls.predictions.decoder.bias = decoder.cls.predictions.bias
    named = {f"backbone.{name}": parameter for name, parameter in encoder.named_parameters()}
    for name, parameter in decoder.named_parameters():
        # Attention to one vector: its queries and keys have no effect.
        if "crossattention" in name and ".query." not in name and ".key." not in name:
            named[name.replace("bert.encoder.", "decoder.")] = parameter
        elif name.startswith("cls.") and not name.startswith("cls.predictions.decoder"):
            named[name] = parameter

    def batch():
        clean = texts(draw)
        kept = [[token for token in row[1:-1] if draw.random() >= 0.6] for row in clean]
        return {"ids": clean, "corrupted": [[FIRST] + row + [LAST] for row in kept]}

    def loss(recorded):
        clean, corrupted = padded(recorded["ids"]), padded(recorded["corrupted"])
        vectors = encoder(input_ids=corrupted, attention_mask=(corrupted != 0).long()).last_hidden_state[:, 0]
        logits = decoder(
            input_ids=clean[:, :-1], encoder_hidden_states=vectors[:, None],
            encoder_attention_mask=torch.ones(len(clean), 1), use_cache=False).logits
        return nn.functional.cross_entropy(logits.reshape(-1, ENTRIES), clean[:, 1:].reshape(-1), ignore_index=0)

    return named, batch, loss


def train(make, seed: int) -> dict:
    draw = np.random.default_rng(seed)
    named, batch, loss = make(draw)
    fill(named)
    before = {name: parameter.detach().clone() for name, parameter in named.items()}
    decayed = [p for p in named.values() if p.ndim > 1]
    plain = [p for p in named.values() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": DECAY}, {"params": plain, "weight_decay": 0.0}], lr=0.0)
    batches, losses = [], []
    for step in range(STEPS):
        rate = RATE * (step + 1) / WARM_UP if step < WARM_UP else RATE * (
            1 + math.cos(math.pi * (step - WARM_UP) / (STEPS - WARM_UP))) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        batches.append(batch())
        value = loss(batches[-1])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    moved = {name: (parameter.detach() - before[name]).norm().item() for name, parameter in named.items()}
    return {"batches": batches, "losses": losses, "moved": moved}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    golden = {
        "steps": STEPS, "warmUpSteps": WARM_UP, "learningRate": RATE, "weightDecay": DECAY, "temperature": TEMPERATURE,
        "maskShare": SHARE, "longest": LONGEST, "entries": ENTRIES, "width": WIDTH, "layers": LAYERS, "heads": HEADS,
        "hiddenWidth": HIDDEN, "mask": MASK, "first": FIRST, "last": LAST,
        "methods": {name: train(make, seed) for seed, (name, make) in enumerate(
            [("masked-tokens", masked_tokens), ("simcse", simcse), ("tsdae", tsdae)])},
    }
    for name, result in golden["methods"].items():
        print(f"{name}: loss {result['losses'][0]:.6f} at the first step, {result['losses'][-1]:.6f} at the last")
    path = Path(__file__).resolve().parents[2] / "Tests/TextTests/Golden/parity.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
