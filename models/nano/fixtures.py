"""Writes the test fixtures of the shipped checkpoint.

    python models/nano/fixtures.py

What each file holds is told in the README.md that stands beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

import evaluate
import text
from stories import documents

HERE = Path(__file__).parent
DOCUMENTS = 36
GREEDY = 200

FOX = [{"role": "user", "content": "Tell me a story about a fox and a lantern"}]
OPENING = "Once upon a time, in a village by the sea, there lived"
LONG = (
    "There was once a careless rabbit called Poppy who lived near a sunny meadow. She loved telling "
    "riddles. Her grandmother had given her a golden key to open the blue garden gate. Next door "
    "lived a patient owl called Otto.\n\nOne autumn morning, when the leaves were turning red, she "
    "reached for the key, but it was gone. \"Oh no! Without it I cannot open the blue garden gate!\" "
    "cried Poppy."
)
CHATS = {
    "fox": (FOX, True),
    "system": ([{"role": "system", "content": "You are Nano, a teller of short stories."},
                {"role": "user", "content": "Hello!"}], True),
    "turns": (FOX + [{"role": "assistant", "content": "Once there was a fox.\n\nIt had a lantern."},
                     {"role": "user", "content": "What happened next?"},
                     {"role": "assistant", "content": "It went home."}], False),
}
TEXTS = (
    "", " ", "a", "Once upon a time", "  two  spaces  ", "The fox's lantern.", "don't, can't, we'll, I'm",
    "line one\nline two", "para one\n\npara two\n", "\ttab\tseparated", "UPPER lower MiXeD", "1234567890",
    "3.14159 and 1,000,000", "e = mc²", "naïve café, Ærøskøbing", "Straße und Äpfel", "日本語のテキスト",
    "Привет, мир", "مرحبا بالعالم", "नमस्ते दुनिया", "🦊🏮 fox and lantern", "👩‍👩‍👧‍👦 family", "e\u0301 combined",
    "\u00a0non-breaking\u00a0space", "zero\u200bwidth", "<|endoftext|>", "<|user|>Hello<|end|><|assistant|>",
    "a<|end|>b", "<|unknown|> <|end|", "\"Quotes\" 'single' — dash… ellipsis", "tabs\t\n mixed \n\n\n newlines",
    "http://example.org/a?b=c&d=e", "if (x < 3) { return y[0]; }", "\\n is not a newline",
)


@torch.no_grad()
def forward(model: LlamaForCausalLM, ids: list[int]) -> torch.Tensor:
    """Logits (positions, vocab) in fp32."""
    return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()


@torch.no_grad()
def greedy(model: LlamaForCausalLM, ids: list[int]) -> tuple[list[int], float]:
    """GREEDY ids, never stopped by eos, and the smallest gap between the best two logits."""
    out, gap, cache, fresh = list(ids), math.inf, None, ids
    for _ in range(GREEDY):
        step = model(input_ids=torch.tensor([fresh]), past_key_values=cache, use_cache=True)
        best = torch.topk(step.logits[0, -1].float(), 2)
        gap = min(gap, float(best.values[0] - best.values[1]))
        cache, fresh = step.past_key_values, [int(best.indices[0])]
        out += fresh
    return out[len(ids):], gap


def prompts(tokenizer: Tokenizer) -> list[dict]:
    """The four prompts, rendered and encoded."""
    rows = []
    for name, plain, messages in (
        ("opening", OPENING, None), ("fox", None, FOX), ("one", "", None), ("long", LONG, None),
    ):
        rendered = text.BOS + plain if messages is None else text.render(messages, True)
        row: dict = {"name": name}
        row |= {"text": plain} if messages is None else {"messages": messages}
        rows.append(row | {"rendered": rendered, "ids": text.encode(tokenizer, rendered)})
    return rows


def write_tokenizer_cases(tokenizer: Tokenizer, out: Path) -> None:
    """tokenizer.json: encode, decode and chat rendering cases."""
    cases = []
    for sample in TEXTS:
        ids = text.encode(tokenizer, sample)
        cases.append({"text": sample, "ids": ids, "ids_with_bos": tokenizer.encode(sample).ids,
                      "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                      "decoded_without_specials": tokenizer.decode(ids)})
    chats = []
    for name, (messages, generate) in CHATS.items():
        rendered = text.render(messages, generate)
        chats.append({"name": name, "messages": messages, "add_generation_prompt": generate,
                      "rendered": rendered, "ids": text.encode(tokenizer, rendered)})
    body = {"cases": cases, "chats": chats}
    (out / "tokenizer.json").write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=HERE)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "test/fixtures/nano")
    args = parser.parse_args()
    out = args.out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    model, tokenizer = evaluate.load(args.model)

    logits, rows, offset = [], [], 0
    for row in prompts(tokenizer):
        values = forward(model, row["ids"]).numpy()
        chosen, gap = greedy(model, row["ids"])
        rows.append(row | {
            "logits_offset": offset, "positions": len(row["ids"]), "greedy_ids": chosen,
            "greedy_smallest_gap": gap, "greedy_text": tokenizer.decode(chosen, skip_special_tokens=False),
        })
        offset += values.size
        logits.append(values.ravel())
    np.concatenate(logits).astype("<f4").tofile(out / "logits.f32")

    docs = list(documents("heldout", DOCUMENTS, "plain"))
    ids = [evaluate.ids_of(tokenizer, d) for d in docs]
    nats = [evaluate.nll(model, i) for i in ids]
    tokens = sum(len(i) - 1 for i in ids)
    lines = [d.text.replace("\\", "\\\\").replace("\n", "\\n") for d in docs]
    (args.model / "heldout.txt").write_text("\n".join(lines) + "\n")
    oracle = {
        "model": "nano", "torch": torch.__version__, "vocab": text.VOCAB, "prompts": rows,
        "heldout": {
            "rule": "each document is <|endoftext|> + tokens + <|endoftext|>; every token after the "
                    "first is predicted; no context crosses documents; perplexity = exp(nll / tokens)",
            "documents": len(docs), "tokens": tokens, "nll_nats": sum(nats),
            "perplexity": math.exp(sum(nats) / tokens),
            "generator_nats": sum(d.nats for d in docs), "per_document_nll": nats,
            "per_document_tokens": [len(i) - 1 for i in ids],
        },
    }
    (out / "oracle.json").write_text(json.dumps(oracle, indent=1) + "\n")
    write_tokenizer_cases(tokenizer, out)
    names = ("model.safetensors", "tokenizer.json", "config.json")
    (out / "manifest.json").write_text(
        json.dumps({"sha256": {name: sha256(args.model / name) for name in names}}, indent=1) + "\n")
    print(json.dumps(oracle["heldout"] | {"per_document_nll": len(nats), "per_document_tokens": len(ids)}))
    for row in rows:
        print(row["name"], row["positions"], round(row["greedy_smallest_gap"], 4), row["greedy_text"][:90])


if __name__ == "__main__":
    main()
