"""The template language: ``[a|b]`` is a choice, ``{name}`` a slot, both may nest.

A choice is drawn through the recorder; a slot is asked of a resolver. ``{Name}`` (capital) gives
the value with a capital letter; ``{a name}`` puts the right article before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from .recorder import Recorder

VOWEL_SOUND = re.compile(r"^(?:[aeio](?!ne-)|u(?!ni|se))", re.IGNORECASE)

Node = tuple  # ("text", str) | ("slot", str) | ("choice", tuple[tuple[Node, ...], ...])


def article(phrase: str) -> str:
    """``a`` or ``an`` and the phrase."""
    silent = phrase.lower().startswith(("hour", "honest", "heir"))
    return ("an " if silent or VOWEL_SOUND.match(phrase) else "a ") + phrase


def capital(text: str) -> str:
    """The text with its first letter in upper case, past an opening quote."""
    for i, c in enumerate(text):
        if c.isalpha():
            return text[:i] + c.upper() + text[i + 1 :]
    return text


def _sequence(source: str, i: int, inside: bool) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    text = ""
    while i < len(source):
        c = source[i]
        if inside and c in "|]":
            break
        if c == "[":
            if text:
                nodes.append(("text", text))
                text = ""
            options: list[tuple[Node, ...]] = []
            while True:
                part, i = _sequence(source, i + 1, True)
                options.append(part)
                if i >= len(source):
                    raise ValueError(f"unclosed choice: {source!r}")
                if source[i] == "]":
                    break
            nodes.append(("choice", tuple(options)))
        elif c == "{":
            if text:
                nodes.append(("text", text))
                text = ""
            end = source.index("}", i)
            nodes.append(("slot", source[i + 1 : end]))
            i = end
        elif c in "]}":
            raise ValueError(f"stray {c!r}: {source!r}")
        else:
            text += c
        i += 1
    if text:
        nodes.append(("text", text))
    return tuple(nodes), i


@lru_cache(maxsize=None)
def parse(source: str) -> tuple[Node, ...]:
    """The template's tree; two equal options in one choice are refused, as they hide entropy."""
    nodes, _ = _sequence(source, 0, False)
    _refuse_twins(nodes, source)
    return nodes


def _refuse_twins(nodes: tuple[Node, ...], source: str) -> None:
    for kind, value in nodes:
        if kind == "choice":
            if len(set(value)) != len(value):
                raise ValueError(f"two equal options: {source!r}")
            for option in value:
                _refuse_twins(option, source)


def expand(source: str, recorder: Recorder, resolve: Callable[[str], str]) -> str:
    """One text of the template."""
    return _render(parse(source), recorder, resolve)


def _render(nodes: tuple[Node, ...], recorder: Recorder, resolve: Callable[[str], str]) -> str:
    out = []
    for kind, value in nodes:
        if kind == "text":
            out.append(value)
        elif kind == "choice":
            out.append(_render(recorder.pick(value), recorder, resolve))
        elif value[:2] in ("a ", "A "):
            phrase = article(resolve(value[2:]))
            out.append(capital(phrase) if value[0] == "A" else phrase)
        elif value[0].isupper():
            out.append(capital(resolve(value[0].lower() + value[1:])))
        else:
            out.append(resolve(value))
    return "".join(out)
