"""Teaches some heads to look back at the name or thing that comes next.

A model this small, trained this briefly, learns the wording of stories and forgets who they are
about: the step from "a name comes next" to "this name" is a plateau that takes far more tokens.
Two measures shorten it. The heads' values and outputs start as a projection and its transpose, so
that with tied embeddings a token attended to becomes likely; and while training, a loss asks these
heads, where the next token is a name or a thing already told, to attend to its earlier mentions
(supervised attention; the shipped weights are plain Llama weights).
"""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from stories import characters, things

LAYER = 2
HEADS = 4  # the first ones, which share HEADS // 2 key-value heads
OUT_GAIN = 0.5


def carried(tokenizer: Tokenizer, vocab: int) -> torch.Tensor:
    """Which ids are names, kinds, things or trades, as a mask (vocab,)."""
    words = {*characters.NAMES["f"], *characters.NAMES["m"], *characters.KINDS}
    words |= {noun.split()[-1] for noun, _ in characters.ELDERS}
    words |= {word for name in things.OBJECT_NAMES for word in name.split() if word != "of"}
    mask = torch.zeros(vocab, dtype=torch.bool)
    for word in words:
        ids = tokenizer.encode(" " + word, add_special_tokens=False).ids
        mask[ids[0]] |= len(ids) == 1
    return mask


class LookBack:
    """The heads, their start and their loss."""

    def __init__(self, model: LlamaForCausalLM, tokenizer: Tokenizer) -> None:
        self.dim = model.config.head_dim
        self.mask = carried(tokenizer, model.config.vocab_size)
        self.attention = model.model.layers[LAYER].self_attn
        self.attention.register_forward_pre_hook(self._keep, with_kwargs=True)

    def _keep(self, _module: torch.nn.Module, args: tuple, kwargs: dict) -> None:
        self.hidden = kwargs["hidden_states"] if "hidden_states" in kwargs else args[0]
        self.rope = kwargs["position_embeddings"]

    @torch.no_grad()
    def start(self) -> None:
        """Values as a projection, outputs as its transpose."""
        v, o = self.attention.v_proj.weight, self.attention.o_proj.weight
        rows = HEADS // 2 * self.dim
        torch.nn.init.orthogonal_(v[:rows])
        for head in range(HEADS):
            shared = slice(head // 2 * self.dim, (head // 2 + 1) * self.dim)
            o[:, head * self.dim : (head + 1) * self.dim] = OUT_GAIN * v[shared].T

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        """-ln of the attention that falls on earlier mentions; x is (rows, length + 1) ids."""
        rows, length = x.shape[0], x.shape[1] - 1
        now, following = x[:, :-1], x[:, 1:]
        text = (now == 0).cumsum(1)
        earlier = torch.ones(length, length, dtype=torch.bool).tril()
        mentions = (now[:, None, :] == following[:, :, None]) & earlier
        mentions &= text[:, None, :] == text[:, :, None]
        asked = self.mask[following] & mentions.any(2)
        q = self.attention.q_proj(self.hidden).view(rows, length, -1, self.dim).transpose(1, 2)
        k = self.attention.k_proj(self.hidden).view(rows, length, -1, self.dim).transpose(1, 2)
        q, k = apply_rotary_pos_emb(q[:, :HEADS], k[:, : HEADS // 2], *self.rope)
        scores = q @ k.repeat_interleave(2, 1).transpose(2, 3) * self.dim**-0.5
        logs = scores.masked_fill(~earlier, -torch.inf).log_softmax(3)
        found = logs.masked_fill(~mentions[:, None], -torch.inf).logsumexp(3)
        return -found.transpose(1, 2)[asked].mean()
