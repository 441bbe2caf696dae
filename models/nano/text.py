"""The tokenizer, the chat template, and documents as token ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jinja2
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from stories import Document, documents
from stories.drills import drill

VOCAB = 2048
CONTEXT = 512
BOS = "<|endoftext|>"  # begins every document and ends a plain one
END = "<|end|>"  # ends every chat turn
SPECIALS = [BOS, "<|user|>", "<|assistant|>", "<|system|>", END]
TOKENIZER_DOCUMENTS = 8000

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{% if message['role'] not in ['system', 'user', 'assistant'] %}"
    "{{ raise_exception('role must be system, user or assistant') }}"
    "{% endif %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def _refuse(message: str) -> None:
    raise ValueError(message)


_template = jinja2.Environment().from_string(CHAT_TEMPLATE)


def render(messages: list[dict[str, str]], add_generation_prompt: bool = False) -> str:
    """The chat as one string, bos included."""
    return _template.render(messages=messages, add_generation_prompt=add_generation_prompt,
                            bos_token=BOS, raise_exception=_refuse)


def string(doc: Document) -> str:
    """The document as the model sees it, bos included; the end of a plain one is the next bos."""
    return render(list(doc.messages)) if doc.text is None else BOS + doc.text


def train_tokenizer() -> Tokenizer:
    """Byte-level BPE on the first training documents; the same bytes on every run."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB, special_tokens=SPECIALS, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    texts = []
    for doc in documents("train", TOKENIZER_DOCUMENTS):
        texts += [doc.text] if doc.text is not None else [m["content"] for m in doc.messages]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A $B:1", special_tokens=[(BOS, tokenizer.token_to_id(BOS))]
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, out: Path) -> None:
    """tokenizer.json and tokenizer_config.json."""
    tokenizer.save(str(out / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": BOS,
        "eos_token": BOS,
        "pad_token": BOS,
        "clean_up_tokenization_spaces": False,
        "model_max_length": CONTEXT,
        "added_tokens_decoder": {
            str(i): {"content": token, "lstrip": False, "normalized": False, "rstrip": False,
                     "single_word": False, "special": True}
            for i, token in enumerate(SPECIALS)
        },
        "chat_template": CHAT_TEMPLATE,
    }
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def encode(tokenizer: Tokenizer, rendered: str) -> list[int]:
    """Ids of a string that already holds its special tokens."""
    return tokenizer.encode(rendered, add_special_tokens=False).ids


def training_tokens(tokenizer: Tokenizer, tokens: int) -> tuple[np.ndarray, int]:
    """A stream of at least ``tokens`` ids, and how many training documents it took."""
    stream: list[int] = []
    count = 0
    for batch in _batches():
        for encoding in tokenizer.encode_batch([string(d) for d in batch], add_special_tokens=False):
            stream += encoding.ids
            count += 1
        if len(stream) >= tokens:
            break
    return np.array(stream, dtype=np.int64), count


def drill_tokens(tokenizer: Tokenizer, tokens: int) -> np.ndarray:
    """A stream of at least ``tokens`` ids of drills."""
    stream: list[int] = []
    index = 0
    while len(stream) < tokens:
        made = [drill(i) for i in range(index, index + 1000)]
        index += 1000
        rendered = [BOS + d if isinstance(d, str) else render(d) for d in made]
        for encoding in tokenizer.encode_batch(rendered, add_special_tokens=False):
            stream += encoding.ids
    return np.array(stream, dtype=np.int64)


def _batches(size: int = 1000) -> Iterator[list[Document]]:
    from stories import document

    start = 0
    while True:
        yield [document("train", i) for i in range(start, start + size)]
        start += size
