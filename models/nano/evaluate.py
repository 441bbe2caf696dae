"""Perplexity of held-out documents against the generator's own entropy.

Rule: a document is bos + tokens, and eos where it is plain; every token after bos is predicted,
with no context from other documents. The floor is the sum of -ln p of the derivations over the
same number of predicted tokens.

    python models/nano/evaluate.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

import text
from stories import Document, documents

HERE = Path(__file__).parent
HELDOUT = {"plain": 400, "chat": 200}


def load(where: Path = HERE) -> tuple[LlamaForCausalLM, Tokenizer]:
    """The shipped BF16 weights, widened to fp32."""
    model = LlamaForCausalLM.from_pretrained(where, dtype=torch.float32, attn_implementation="sdpa")
    return model.eval(), Tokenizer.from_file(str(where / "tokenizer.json"))


def ids_of(tokenizer: Tokenizer, doc: Document) -> list[int]:
    """bos + tokens, and eos if the document is plain."""
    ids = text.encode(tokenizer, text.string(doc))
    return ids + [ids[0]] if doc.text is not None else ids


@torch.no_grad()
def nll(model: LlamaForCausalLM, ids: list[int]) -> float:
    """-ln p of the ids after the first, in nats."""
    x = torch.tensor([ids])
    logits = model(input_ids=x, use_cache=False).logits[0, :-1].double()
    return float(torch.nn.functional.cross_entropy(logits, x[0, 1:], reduction="sum"))


def measure(model: LlamaForCausalLM, tokenizer: Tokenizer, form: str, count: int) -> dict[str, float]:
    """Model and generator, both in nats and as perplexity per predicted token."""
    total = floor = tokens = 0.0
    for doc in documents("heldout", count, form):
        ids = ids_of(tokenizer, doc)
        total += nll(model, ids)
        floor += doc.nats
        tokens += len(ids) - 1
    return {
        "documents": count, "tokens": int(tokens),
        "nats_per_token": total / tokens, "perplexity": math.exp(total / tokens),
        "floor_nats_per_token": floor / tokens, "floor_perplexity": math.exp(floor / tokens),
    }


def overlap(train_documents: int) -> dict[str, int]:
    """How many held-out documents also occur, letter for letter, in the training set."""
    seen = {text.string(d) for d in documents("train", train_documents)}
    return {form: sum(text.string(d) in seen for d in documents("heldout", n, form))
            for form, n in HELDOUT.items()}


def main() -> None:
    torch.set_num_threads(2)
    model, tokenizer = load()
    result = {form: measure(model, tokenizer, form, n) for form, n in HELDOUT.items()}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
