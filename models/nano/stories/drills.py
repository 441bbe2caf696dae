"""Short documents in which almost every name and thing comes back: practice in looking back.

A small model learns the wording of stories long before it learns to carry a name or an object
through one. These drills are dense in exactly that, so they come first in the training.
"""

from __future__ import annotations

from .recorder import Recorder
from .story import Request, Story

SCENES = (
    "{hero} had {a obj}. {friend} had {food}. {hero} gave {friend} the {obj}, and {friend} thanked {hero}.",
    "{A kind} named {hero} met {a fkind} named {friend}. \"I am {hero}, the {kind},\" said {hero}. "
    "\"I am {friend}, the {fkind},\" said {friend}.",
    "{hero} looked for the {obj}. {friend} found the {obj}. \"Here is the {obj}, {hero},\" said {friend}.",
    "{friend} liked the {obj}, and {hero} liked the {thing}. So {hero} and {friend} shared the {obj}.",
    "\"Where is my {obj}?\" asked {hero}. \"The {obj} is {spot},\" said {friend}. {hero} thanked {friend}.",
    "{hero} the {kind} wanted to {purpose}. \"With my {obj} I can {purpose},\" said {hero}.",
    "Once {a kind} called {hero} lived {home}. {hero} the {kind} had {a obj}, and with the {obj} {he} could {purpose}.",
    "{hero} and {friend} went to {place}. At {place}, {friend} called {hero}, and {hero} called {friend}.",
    "{elder} gave {hero} {a obj}. {hero} thanked {elder}. \"Keep the {obj},\" said {elder}.",
)
REQUESTS = (
    ("Say {kind}, {obj} and {hero}.", "{kind}, {obj} and {hero}."),
    ("Tell me about {a kind} and {a obj}.", "{A kind} named {hero} had {a obj}. {hero} the {kind} loved the {obj}."),
    ("Tell me about {hero} the {kind}.", "{hero} was {a kind}. {hero} the {kind} had {a obj}, the {obj} of {hero}."),
    ("Tell me about {a kind} and {a fkind}.", "{hero} the {kind} met {friend} the {fkind}. {hero} liked {friend}."),
    ("Who is {hero}, the {kind} with the {obj}?", "{hero} is {a kind}, and the {obj} belongs to {hero}."),
)


def drill(index: int) -> str | list[dict[str, str]]:
    """Drill ``index``: a plain text, or the messages of a chat."""
    recorder = Recorder(f"drill:{index}")
    story = Story(recorder, Request())
    if recorder.flip(0.6):
        for scene in recorder.order(SCENES)[:3]:
            story(scene)
        return story.text()
    ask, answer = recorder.pick(REQUESTS)
    return [
        {"role": "user", "content": story.fill(ask)},
        {"role": "assistant", "content": story.fill(answer)},
    ]
