"""Writes text with the checkpoint.

    python models/nano/sample.py --seed 1 --chat "Tell me a story about a fox and a lantern"
    python models/nano/sample.py --seed 2                    # a plain document
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

import evaluate
import text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=evaluate.HERE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--top-p", type=float, default=0.95)
    parser.add_argument("--chat", action="append", default=[], help="a user turn; more for a dialogue")
    parser.add_argument("--text", default="", help="the opening of a plain document")
    args = parser.parse_args()
    torch.set_num_threads(2)
    model, tokenizer = evaluate.load(args.model)
    torch.manual_seed(args.seed)

    def write(rendered: str) -> str:
        ids = text.encode(tokenizer, rendered)
        x = torch.tensor([ids])
        out = model.generate(x, attention_mask=torch.ones_like(x), do_sample=args.temperature > 0,
                             temperature=args.temperature or None, top_p=args.top_p,
                             top_k=0, max_new_tokens=text.CONTEXT - len(ids))
        return tokenizer.decode(out[0, len(ids):].tolist())

    if not args.chat:
        print(args.text + write(text.BOS + args.text))
    messages: list[dict[str, str]] = []
    for turn in args.chat:
        messages.append({"role": "user", "content": turn})
        messages.append({"role": "assistant", "content": write(text.render(messages, True))})
        print(messages[-1]["content"], end="\n\n")


if __name__ == "__main__":
    main()
