"""Makes the whole directory: data, tokenizer, model, evaluation.

    python models/nano/train.py            # the shipped run: STEPS steps, resumes if interrupted
    python models/nano/train.py --steps 950 --out try --work try-work
    python models/nano/train.py --width 128 --steps 1500 --bf16 --out nano-128 --work nano-128-work

Weights are saved as BF16; every figure in training.json is measured on the saved weights,
widened to fp32.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

import evaluate
import text
from lookback import LookBack
from muon import Muon
from stories import documents

HERE = Path(__file__).parent
SEED = 20
STEPS = 3000
WIDTH = 256
DRILLS = 150  # the first steps, on drills: short texts in which names and things come back
DRILL = 64  # their sequence length
STEP_TOKENS = 2048
WARMUP = 40
DECAY = 2 / 3  # share of the steps, at the end, in which the rate falls to zero
LAST = 1 / 5  # share of the steps, at the end, in which sequences are text.CONTEXT long and weights are noisy
SHORT = 256  # sequence length between drills and last steps
NOISE = 0.02  # weight noise, as a share of each row's largest weight
LOOK_BACK = 0.3  # weight of lookback.py's loss
MUON_LR = 0.01
MUON_DECAY = 0.1
ADAM_LR = 2e-3


def build(width: int) -> LlamaForCausalLM:
    """A fresh model of the shipped shape, or of another width: heads and the MLP grow with it, depth stays."""
    config = LlamaConfig(
        vocab_size=text.VOCAB, hidden_size=width, intermediate_size=3 * width, num_hidden_layers=4,
        num_attention_heads=width // 32, num_key_value_heads=width // 64, head_dim=32,
        max_position_embeddings=text.CONTEXT, rms_norm_eps=1e-5, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, hidden_act="silu",
        attention_bias=False, mlp_bias=False, bos_token_id=0, eos_token_id=[0, 4], pad_token_id=0,
    )
    config._attn_implementation = "sdpa"
    model = LlamaForCausalLM(config)
    with torch.no_grad():  # embeddings large enough that names stay distinct while they are learned
        model.model.embed_tokens.weight.normal_(0.0, 0.06)
        model.model.norm.weight.fill_(0.25)
    return model


def last_of(steps: int) -> int:
    """Steps at the end with long sequences and noisy weights."""
    return round(steps * LAST)


def batch(drills: np.ndarray, stream: np.ndarray, step: int, steps: int) -> torch.Tensor:
    """The step's slice of its stream as (sequences, length + 1)."""
    length = DRILL if step < DRILLS else SHORT if step < steps - last_of(steps) else text.CONTEXT
    if step < DRILLS:
        stream, at = drills, step * STEP_TOKENS
    else:
        at = (step - DRILLS) * STEP_TOKENS
    rows = [stream[at + i : at + i + length + 1] for i in range(0, STEP_TOKENS, length)]
    return torch.from_numpy(np.stack(rows))


def add_noise(model: LlamaForCausalLM, generator: torch.Generator) -> list[torch.Tensor]:
    """Adds Gaussian noise to every matrix, in place; returns the clean copies."""
    clean = []
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                clean.append(p.clone())
                scale = NOISE * p.abs().amax(dim=1, keepdim=True)
                p.add_(torch.randn(p.shape, generator=generator) * scale)
    return clean


def restore(model: LlamaForCausalLM, clean: list[torch.Tensor]) -> None:
    """Puts the clean copies back."""
    with torch.no_grad():
        for p, c in zip((p for p in model.parameters() if p.ndim == 2), clean):
            p.copy_(c)


def train(drills: np.ndarray, stream: np.ndarray, steps: int, work: Path, probe: list[list[int]],
          tokenizer: Tokenizer, width: int, bf16: bool) -> tuple[LlamaForCausalLM, float]:
    """The trained model and the seconds it took, over all resumed parts.

    With bf16, products take BF16 operands and accumulate in fp32; weights, gradients and moments stay fp32.
    """
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = build(width)
    look = LookBack(model, tokenizer)
    look.start()
    inner = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    outer = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    optimizers = [Muon(inner, MUON_LR, decay=MUON_DECAY),
                  torch.optim.AdamW(outer, ADAM_LR, betas=(0.9, 0.95), weight_decay=0.0, eps=1e-10)]
    rates = [MUON_LR, ADAM_LR]
    start, spent = 0, 0.0
    saved = work / "resume.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=False)
        model.load_state_dict(state["model"])
        for o, s in zip(optimizers, state["optimizers"]):
            o.load_state_dict(s)
        generator.set_state(state["generator"])
        start, spent = state["step"], state["seconds"]
    begun = time.time()
    for step in range(start, steps):
        factor = min((step + 1) / WARMUP, (steps - step) / (steps * DECAY), 1.0)
        for o, rate in zip(optimizers, rates):
            o.param_groups[0]["lr"] = rate * factor
        x = batch(drills, stream, step, steps)
        noisy = step >= steps - last_of(steps)
        clean = add_noise(model, generator) if noisy else []
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits = model(input_ids=x[:, :-1], use_cache=False).logits
            back = look.loss(x)
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), x[:, 1:].flatten())
        (loss + LOOK_BACK * back).backward()
        if noisy:
            restore(model, clean)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            for o in optimizers:
                o.step()
        model.zero_grad(set_to_none=True)
        seconds = spent + time.time() - begun
        if (step + 1) % 25 == 0 or step == 0:
            eta = (time.time() - begun) / (step + 1 - start) * (steps - step - 1)
            rate = STEP_TOKENS * (step + 1 - start) / (time.time() - begun)
            print(f"step {step + 1}/{steps} loss {loss.item():.4f} back {back.item():.4f} {rate:.0f} tok/s "
                  f"{seconds:.0f} s, {eta:.0f} s to go", flush=True)
        if (step + 1) % 25 == 0:
            nats = sum(evaluate.nll(model, ids) for ids in probe) / sum(len(i) - 1 for i in probe)
            print(f"step {step + 1} held-out {nats:.4f} nats/token", flush=True)
            part = saved.with_suffix(".part")
            torch.save({"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
                        "generator": generator.get_state(), "step": step + 1, "seconds": seconds}, part)
            os.replace(part, saved)
    return model, spent + time.time() - begun


def processor() -> str:
    """The CPU's name where the system tells it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def vocabulary(count: int) -> int:
    """Distinct word forms, in lower case, of the first training documents."""
    words: set[str] = set()
    for doc in documents("train", count):
        for part in [doc.text] if doc.text is not None else [m["content"] for m in doc.messages]:
            words.update(re.findall(r"[a-z]+(?:['-][a-z]+)*", part.lower()))
    return len(words)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--width", type=int, default=WIDTH, help="hidden size, a multiple of 64")
    parser.add_argument("--bf16", action="store_true", help="products of BF16 operands: faster where the CPU has them")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--work", type=Path, default=HERE / ".work")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    random.seed(SEED)

    tokenizer = text.train_tokenizer()
    text.save_tokenizer(tokenizer, args.out)
    stream, count = text.training_tokens(tokenizer, (args.steps - DRILLS) * STEP_TOKENS + 1)
    drills = text.drill_tokens(tokenizer, DRILLS * STEP_TOKENS + 1)
    print(f"{count} training documents, {len(stream)} tokens", flush=True)
    probe = [evaluate.ids_of(tokenizer, d) for d in documents("heldout", 24, "plain")]
    floor = sum(d.nats for d in documents("heldout", 24, "plain")) / sum(len(i) - 1 for i in probe)
    print(f"floor of the probe {floor:.4f} nats/token", flush=True)

    model, seconds = train(drills, stream, args.steps, args.work, probe, tokenizer, args.width, args.bf16)
    model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        bos_token_id=0, eos_token_id=[0, 4], pad_token_id=0, do_sample=True, temperature=0.7,
        top_p=0.95, max_new_tokens=400,
    )
    model.save_pretrained(args.out)

    saved, _ = evaluate.load(args.out)
    report = {
        "parameters": sum(p.numel() for p in saved.parameters()),
        "bytes": (args.out / "model.safetensors").stat().st_size,
        "seed": SEED, "width": args.width, "steps": args.steps, "step_tokens": STEP_TOKENS,
        "tokens": args.steps * STEP_TOKENS, "drill_steps": DRILLS, "train_documents": count,
        "train_word_forms": vocabulary(count), "train_seconds": round(seconds),
        "hardware": f"{torch.get_num_threads()} threads of {processor()}; {'BF16 products' if args.bf16 else 'fp32'}",
        "torch": torch.__version__,
        "heldout": {form: evaluate.measure(saved, tokenizer, form, n)
                    for form, n in evaluate.HELDOUT.items()},
        "heldout_in_train": evaluate.overlap(count),
    }
    (args.out / "training.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2), flush=True)


if __name__ == "__main__":
    main()
