"""Writes test/fixtures/tiny: random checkpoints of the Llama form with PyTorch's own answers.

    python libs/transformer/testing/make_tiny.py

Needs torch, transformers, tokenizers and safetensors; the fixtures are committed, so tests need none of them.
Each checkpoint directory is one that a user could have, with `oracle.json` beside it (prompt ids, greedy ids) and
`logits.f32` (little-endian float32, positions × vocabulary), computed in fp32 from the weights as stored.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from jinja2.sandbox import ImmutableSandboxedEnvironment
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM

OUT = Path(__file__).parents[3] / "test/fixtures/tiny"
POSITIONS = 40
GREEDY = 24

LLAMA3 = {"rope_type": "llama3", "rope_theta": 5000.0, "factor": 4.0, "low_freq_factor": 1.0,
          "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
COMMON = {"rms_norm_eps": 1e-5, "max_position_embeddings": 96, "bos_token_id": 1, "eos_token_id": [2, 5]}

#: name → (config class, model class, dtype, fields)
CHECKPOINTS = {
    "sharded-f32": (LlamaConfig, LlamaForCausalLM, torch.float32, {
        "vocab_size": 101, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 6,
        "num_key_value_heads": 2, "head_dim": 10, "intermediate_size": 37, "tie_word_embeddings": False,
        "rope_parameters": LLAMA3}),
    "tied-f16": (LlamaConfig, LlamaForCausalLM, torch.float16, {
        "vocab_size": 67, "hidden_size": 30, "num_hidden_layers": 2, "num_attention_heads": 5,
        "num_key_value_heads": 1, "intermediate_size": 41, "tie_word_embeddings": True,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}}),
    "mistral-bf16": (MistralConfig, MistralForCausalLM, torch.bfloat16, {
        "vocab_size": 67, "hidden_size": 28, "num_hidden_layers": 3, "num_attention_heads": 4,
        "num_key_value_heads": 4, "head_dim": 6, "intermediate_size": 33, "tie_word_embeddings": False,
        "sliding_window": None, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}}),
}

TEXTS = [
    "", " ", "a", "hello world", "  two  spaces ", "the fox, the lantern", "caf\u00e9 \u65e5\u672c \U0001f98a", "tab\tnew\nline",
    "<s>", "hello</s> world", "e\u0301 \u00a0 \u200b", "1234567890",
]
CORPUS = ["hello world the fox and the lantern went home", "the world said hello to the fox, and the fox said so"]
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}\n"
    "    {% if message['role'] == 'tool' %}{{ raise_exception('no tools here') }}{% endif %}\n"
    "[{{ message['role'] }}]{{ message['content'] | trim }}{% if not loop.last %}|{% endif %}\n"
    "{% endfor %}\n"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)


CHATS = [
    ([{"role": "user", "content": " Hi there "}], True),
    ([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
      {"role": "assistant", "content": "Hello\n"}], False),
]


def randomise(model: torch.nn.Module, generator: torch.Generator) -> None:
    """Weights large enough that every part of the forward pass shows in the logits."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = 1 + 0.3 * noise if "norm" in name else 0.25 * noise


def save(model, directory: Path, name: str, dtype: torch.dtype) -> None:
    """config.json as transformers writes it, weights as one file or as two shards."""
    directory.mkdir(parents=True)
    config = json.loads(model.config.to_json_string(use_diff=False))
    keep = ("architectures", "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
            "num_key_value_heads", "head_dim", "intermediate_size", "hidden_act", "rms_norm_eps", "rope_parameters",
            "tie_word_embeddings", "max_position_embeddings", "bos_token_id", "eos_token_id", "attention_bias",
            "mlp_bias", "sliding_window")
    config = {key: config[key] for key in keep if key in config}
    config["architectures"] = [type(model).__name__]
    if name == "tied-f16":  # as transformers 4 wrote it
        rope = config.pop("rope_parameters")
        config |= {"rope_theta": rope["rope_theta"], "rope_scaling": None, "eos_token_id": 2}
        config.pop("head_dim", None)
    (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = {key: value.to(dtype).contiguous() for key, value in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        tensors.pop("lm_head.weight", None)
    if name != "sharded-f32":
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    files = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    weight_map = {}
    for file, held in files.items():
        save_file({key: tensors[key] for key in held}, directory / file, metadata={"format": "pt"})
        weight_map |= {key: file for key in held}
    size = sum(value.numel() * value.element_size() for value in tensors.values())
    index = {"metadata": {"total_size": size}, "weight_map": weight_map}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


@torch.no_grad()
def write_checkpoint(name: str, seed: int) -> None:
    config_class, model_class, dtype, fields = CHECKPOINTS[name]
    generator = torch.Generator().manual_seed(seed)
    model = model_class(config_class(**COMMON, **fields, attn_implementation="eager")).eval()
    randomise(model, generator)
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype).float()
    directory = OUT / name
    save(model, directory, name, dtype)

    ids = torch.randint(0, fields["vocab_size"], (POSITIONS,), generator=generator).tolist()
    logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
    logits.numpy().astype("<f4").tofile(directory / "logits.f32")
    greedy, gap = list(ids), float("inf")
    for _ in range(GREEDY):
        best = torch.topk(model(input_ids=torch.tensor([greedy]), use_cache=False).logits[0, -1], 2)
        gap = min(gap, float(best.values[0] - best.values[1]))
        greedy.append(int(best.indices[0]))
    assert gap > 1e-3, f"{name}: two logits lie {gap} apart; take another seed"
    inverse = model.model.rotary_emb.inv_freq.tolist()
    oracle = {"torch": torch.__version__, "ids": ids, "greedy": greedy[POSITIONS:], "inv_freq": inverse}
    (directory / "oracle.json").write_text(json.dumps(oracle) + "\n")


def sentencepiece() -> Tokenizer:
    """The form of Llama 2: ▁ for a space, byte fallback."""
    trainer = trainers.BpeTrainer(vocab_size=380, special_tokens=["<unk>", "<s>", "</s>"] +
                                  [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False)
    trained = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    trained.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Pieces without a pre-tokenizer may span words; a split while training keeps them short.
    trained.pre_tokenizer = pre_tokenizers.Split(Regex("▁"), "merged_with_next")
    trained.train_from_iterator(CORPUS, trainer)
    raw = json.loads(trained.to_str())
    raw["pre_tokenizer"] = None
    # Only these are special: byte tokens are plain vocabulary.
    raw["added_tokens"] = [token for token in raw["added_tokens"] if token["id"] < 3]
    tokenizer = Tokenizer.from_str(json.dumps(raw))
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
    return tokenizer


def byte_level() -> Tokenizer:
    """The form of GPT-2 and Llama 3."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=290, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.add_tokens([AddedToken("<plain>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", tokenizer.token_to_id("<s>"))])
    return tokenizer


def write_tokenizer(name: str, tokenizer: Tokenizer) -> None:
    directory = OUT / name
    directory.mkdir(parents=True)
    (directory / "tokenizer.json").write_text(tokenizer.to_str(pretty=False) + "\n")
    config = {"bos_token": "<s>", "eos_token": {"content": "</s>", "special": True}, "clean_up_tokenization_spaces": False}
    if name == "byte-level":
        config["chat_template"] = TEMPLATE
        # The environment that transformers renders in.
        template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(TEMPLATE)
        chats = [{"messages": messages, "addGenerationPrompt": generate, "rendered": template.render(
            messages=messages, add_generation_prompt=generate, bos_token="<s>", eos_token="</s>")}
            for messages, generate in CHATS]
        (directory / "chats.json").write_text(json.dumps(chats, indent=1) + "\n")
    (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    cases = []
    for text in TEXTS + (["a<plain>b"] if name == "byte-level" else []):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        cases.append({"text": text, "ids": ids, "with_special": tokenizer.encode(text).ids,
                      "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                      "decoded_without_special": tokenizer.decode(ids)})
    (directory / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    for seed, name in enumerate(CHECKPOINTS):
        write_checkpoint(name, seed)
    write_tokenizer("sentencepiece", sentencepiece())
    write_tokenizer("byte-level", byte_level())
    for path in OUT.rglob("*.safetensors"):
        path.chmod(0o644)
    size = sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file())
    print(f"{size} bytes")


if __name__ == "__main__":
    main()
