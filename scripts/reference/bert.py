#!/usr/bin/env python3
"""Writes Tests/TextTests/Golden/bert.json: a tiny BERT and its tokens and features by Hugging Face's code.

Needs torch, transformers and tokenizers. The weights are drawn at random; the texts are chosen to be difficult for a
tokenizer.
"""

import json
import tempfile
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

TEXTS = [
    "The engine starts, and stops.", "café CAFÉ Café", "你好 engine", "the [MASK] stops", "engines' engine-starts",
    "😀 the engine", "a" * 101 + " the", "ＴＨＥ ｅｎｇｉｎｅ", "the\tengine\u00a0stops", "zero\u200bwidth soft\u00adhyphen",
    "İ ǅ ﬁ ß ŒUVRE", "!!! ... $5 + 2^3 = `x`", "\u202ethe\u202c engine", "stops" * 20,
]
ENTRIES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "engine", "start", "##s", "stop", "and", ",", ".", "cafe",
           "你", "好", "'", "-", "!", "$", "5", "+", "2", "^", "3", "=", "`", "x", "a", "##a", "##engine", "##top", "##stop",
           "z", "##e", "##r", "##o", "##w", "##i", "##d", "##t", "##h", "s", "##f", "i", "o"]


def main() -> None:
    torch.manual_seed(5)
    config = BertConfig(vocab_size=len(ENTRIES), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=24, max_position_embeddings=40)
    model = BertModel(config, add_pooling_layer=False).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "vocab.txt").write_text("\n".join(ENTRIES) + "\n", encoding="utf-8")
        tokenizer = BertTokenizerFast(str(Path(folder, "vocab.txt")), do_lower_case=True)
    batch = tokenizer(TEXTS, padding=True, truncation=True, max_length=40, return_tensors="pt")
    with torch.no_grad():
        tokens = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(2).float()
    mean = (tokens * mask).sum(1) / mask.sum(1)
    state = {name: {"shape": list(value.shape), "values": [round(v, 6) for v in value.flatten().tolist()]}
             for name, value in model.state_dict().items() if value.dtype == torch.float32}
    # The features are those of the rounded weights.
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name in state:
                value.copy_(torch.tensor(state[name]["values"]).reshape(value.shape))
        tokens = model(**batch).last_hidden_state
        mean = (tokens * mask).sum(1) / mask.sum(1)
    golden = {
        "entries": ENTRIES, "texts": TEXTS, "state": state,
        "tokens": [[t for t in row if t != 0] for row in batch["input_ids"].tolist()],
        "mean": mean.tolist(), "first": tokens[:, 0].tolist(),
    }
    path = Path(__file__).resolve().parents[2] / "Tests/TextTests/Golden/bert.json"
    path.write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
