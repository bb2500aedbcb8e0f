"""Masked tokens in PyTorch: the network of a Swiftlet run on its tokens, for a number of seconds; prints tokens per second.

    masked_tokens.py EXPORT TEXTS --longest N --batch N --share S --threads N --seconds S

EXPORT is what `swiftlet export` wrote of the run: its vocabulary and the sizes of its network. Texts of similar length share a
batch, which is as long as its longest text; predictions are made for hidden tokens alone; AdamW is fused. Tokens that fill
up do not count, and the first three steps do not either.
"""

import argparse
import json
import random
import time
from pathlib import Path

import sentencepiece
import torch
from torch import nn
from transformers import BertConfig, BertModel

WARM_UP, FIRST, LAST, MASK = 3, 2, 3, 4


def batches(rows: list, size: int):
    """Without end: shuffled, sorted by length within pools of 50 batches, and shuffled again."""
    draw = random.Random(0)
    while True:
        order = draw.sample(range(len(rows)), len(rows))
        made = []
        for start in range(0, len(order), 50 * size):
            pool = sorted(order[start:start + 50 * size], key=lambda row: len(rows[row]))
            made += [pool[place:place + size] for place in range(0, len(pool) - size + 1, size)]
        yield from draw.sample(made, len(made))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("export", type=Path)
    parser.add_argument("texts", type=Path)
    for name, kind in [("longest", int), ("batch", int), ("share", float), ("threads", int), ("seconds", float)]:
        parser.add_argument(f"--{name}", type=kind, required=True)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    sizes = json.loads((given.export / "config.json").read_text())
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(given.export / "sentencepiece.model"))
    room = given.longest - 2
    rows = [[FIRST] + ids[:room] + [LAST] for ids in tokenizer.encode(given.texts.read_text().splitlines())]
    trunk = BertModel(BertConfig(**sizes), add_pooling_layer=False)
    width, entries = sizes["hidden_size"], sizes["vocab_size"]
    head = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
    bias = nn.Parameter(torch.zeros(entries))
    table = trunk.embeddings.word_embeddings.weight
    optimizer = torch.optim.AdamW([*trunk.parameters(), *head.parameters(), bias], lr=1e-3, fused=True)
    started = counted = steps = 0
    for chosen in batches(rows, given.batch):
        longest = max(len(rows[row]) for row in chosen)
        ids = torch.tensor([rows[row] + [0] * (longest - len(rows[row])) for row in chosen])
        own = (ids != 0) & (ids != FIRST) & (ids != LAST)
        hidden = own & (torch.rand(ids.shape) < given.share)
        fate = torch.rand(ids.shape)
        read = torch.where(hidden & (fate < 0.8), MASK, ids)
        read = torch.where(hidden & (fate >= 0.8) & (fate < 0.9), torch.randint(entries, ids.shape), read)
        vectors = trunk(input_ids=read, attention_mask=(ids != 0).long()).last_hidden_state
        loss = nn.functional.cross_entropy(nn.functional.linear(head(vectors[hidden]), table, bias), ids[hidden])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
        if steps == WARM_UP:
            started = time.perf_counter()
        elif steps > WARM_UP:
            counted += int((ids != 0).sum())
            if time.perf_counter() - started > given.seconds:
                break
    print(json.dumps({"tokensPerSecond": counted / (time.perf_counter() - started), "loss": loss.item()}))


if __name__ == "__main__":
    main()
