"""Documents by split and index: plain stories and chats, each with its -ln p."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import chats
from .plots import PLOTS
from .recorder import Recorder
from .story import Request, Story

Message = dict[str, str]


@dataclass(frozen=True)
class Document:
    """A plain text or a list of chat messages, never both; ``nats`` is -ln p of its derivation."""

    plot: str
    text: str | None
    messages: tuple[Message, ...]
    nats: float


def tell(recorder: Recorder, request: Request) -> Story:
    """One story for the request."""
    name = request.plot or recorder.pick(tuple(PLOTS))
    story = Story(recorder, request)
    PLOTS[name](story)
    story.facts["plot"] = name
    return story


def document(split: str, index: int, form: str | None = None) -> Document:
    """Document ``index`` of a split; ``form`` ("plain" or "chat") fixes what is else a coin."""
    recorder = Recorder(f"{split}:{form or 'any'}:{index}")
    if form is None:
        form = recorder.pick(("plain", "chat"))
    if form == "plain":
        story = tell(recorder, Request())
        return Document(story.facts["plot"], story.text(), (), recorder.nats)
    plot, messages = chats.chat(recorder, tell)
    return Document(plot, None, tuple(messages), recorder.nats)


def documents(split: str, count: int, form: str | None = None) -> Iterator[Document]:
    """The first ``count`` documents of a split."""
    for index in range(count):
        yield document(split, index, form)
