"""Random choices with an exact account of their probability."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Recorder:
    """Draws every random choice of one document and adds up -ln p of the derivation, in nats."""

    def __init__(self, seed: int | str) -> None:
        digest = hashlib.sha256(str(seed).encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big"))
        self.nats = 0.0
        self.count = 0

    def pick(self, options: Sequence[T]) -> T:
        """A uniform choice; ln n nats. A single option is no choice and costs nothing."""
        if len(options) == 0:
            raise ValueError("pick from nothing")
        if len(options) == 1:
            return options[0]
        self.nats += math.log(len(options))
        self.count += 1
        return options[self._random.randrange(len(options))]

    def flip(self, probability: float) -> bool:
        """True with the given probability; -ln p or -ln(1-p) nats."""
        hit = self._random.random() < probability
        p = probability if hit else 1.0 - probability
        if p < 1.0:
            self.nats -= math.log(p)
            self.count += 1
        return hit

    def weighted(self, table: Sequence[tuple[T, float]]) -> T:
        """A choice in proportion to the weights; -ln(w / sum) nats."""
        total = sum(weight for _, weight in table)
        mark = self._random.random() * total
        chosen = table[-1]
        for row in table:
            mark -= row[1]
            if mark < 0:
                chosen = row
                break
        if len(table) > 1:
            self.nats -= math.log(chosen[1] / total)
            self.count += 1
        return chosen[0]

    def order(self, items: Sequence[T]) -> list[T]:
        """A uniform permutation; ln n! nats, drawn as n-1 picks without replacement."""
        rest = list(items)
        out: list[T] = []
        while rest:
            item = self.pick(rest)
            rest.remove(item)
            out.append(item)
        return out
