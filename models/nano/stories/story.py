"""One story in the making: who, what, where, and the text so far.

Every fact is drawn when it is first told, so a derivation holds no choice that the text hides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import characters, details, places, things
from .grammar import capital, expand
from .recorder import Recorder
from .scenes import SCENES


# A neutral verb of speech that ends its sentence may be told with a manner.
VERB = r"(?:said|asked|answered|replied)"
SPEECH = re.compile(
    rf"(\" (?:{VERB}|\[{VERB}(?:\|{VERB})*\]) \{{(?:hero|friend|elder|stranger)\}}"
    rf"|\" \{{[fes]?he\}} (?:{VERB}|\[{VERB}(?:\|{VERB})*\]))\."
)


@dataclass
class Person:
    """A character: kind, name and pronouns."""

    kind: str
    name: str
    gender: str


@dataclass
class Request:
    """What a reader asked for; what is None is left to the story."""

    kind: str | None = None
    friend_kind: str | None = None
    obj: str | None = None
    place: str | None = None
    name: str | None = None
    gender: str | None = None
    plot: str | None = None


@dataclass
class Story:
    """Facts and text; ``story("...")`` tells one more template."""

    recorder: Recorder
    request: Request = field(default_factory=Request)
    facts: dict[str, str] = field(default_factory=dict)
    paragraphs: list[list[str]] = field(default_factory=lambda: [[]])
    moral: str = ""
    helper: str = ""
    after: str = ""

    def __call__(self, template: str, **extra: str) -> None:
        self.paragraphs[-1].append(capital(self.fill(SPEECH.sub(r"\1{tone}.", template), **extra)))

    def para(self) -> None:
        """Begins a new paragraph."""
        self.paragraphs.append([])

    def pick(self, *options: str) -> str:
        """A plot's own choice, drawn through the recorder."""
        return self.recorder.pick(options)

    def fill(self, template: str, **extra: str) -> str:
        """One text of the template, with extra slots for this call only."""

        def resolve(name: str) -> str:
            return extra[name] if name in extra else self.slot(name)

        return expand(template, self.recorder, resolve)

    def text(self) -> str:
        """The story: paragraphs parted by an empty line."""
        return "\n\n".join(" ".join(p) for p in self.paragraphs if p)

    def slot(self, name: str) -> str:
        """The value of a slot, drawn now if the story has not told it yet."""
        if name in self.facts:
            return self.facts[name]
        maker = getattr(self, f"_draw_{name}", None)
        if maker is not None:
            maker()
        elif name in ("he", "him", "his", "himself", "kind", "gender"):
            self._draw_hero()
        elif name in ("fhe", "fhim", "fhis", "fhimself", "fkind"):
            self._draw_friend()
        elif name in ("she", "shim", "shis"):
            self._draw_stranger()
        elif name in ("ehe", "ehim", "ehis"):
            self._draw_elder()
        elif name in ("home", "place", "far"):
            self._draw_setting()
        elif name in ("food", "flower"):
            return self.recorder.pick(things.FOODS if name == "food" else things.FLOWERS)
        elif name == "tone":
            return " " + self.slot("manner") if self.recorder.flip(0.4) else ""
        elif name in details.LISTS:
            return self._detail(name, "")
        elif name[:-1] in details.LISTS and name.endswith("2"):
            return self._detail(name[:-1], self.facts.get("last_" + name[:-1], ""))
        elif name in ("spot", "ambient"):
            return self.recorder.pick(self.setting()[name + "s" if name == "spot" else name])
        else:
            raise KeyError(f"unknown slot {{{name}}}")
        return self.facts[name]

    def _detail(self, name: str, other: str) -> str:
        """A word from a list; never the one that was drawn just before for the same sentence."""
        raw = self.recorder.pick([w for w in details.LISTS[name] if w != other])
        self.facts["last_" + name] = raw
        return self.fill(raw)

    @property
    def big(self) -> bool:
        """True if the object is too large for a pocket, a table or a tree."""
        return self.slot("obj") in things.BIG

    # -- people ---------------------------------------------------------------------------

    def _person(self, kind: str | None, name: str | None, gender: str | None) -> Person:
        used_kinds = {self.facts.get("kind"), self.facts.get("fkind"), self.request.friend_kind}
        used_names = {self.facts.get("hero"), self.facts.get("friend")}
        if kind is None:
            kind = self.recorder.pick([k for k in characters.KINDS if k not in used_kinds])
        gender = gender or characters.PEOPLE.get(kind) or self.recorder.pick(("f", "m"))
        if name is None:
            name = self.recorder.pick([n for n in characters.NAMES[gender] if n not in used_names])
        return Person(kind, name, gender)

    def _draw_hero(self) -> None:
        r = self.request
        person = self._person(r.kind, r.name, r.gender)
        self.facts.update(characters.PRONOUNS[person.gender])
        self.facts.update(hero=person.name, kind=person.kind, gender=person.gender)

    def _draw_friend(self) -> None:
        self.slot("hero")
        person = self._person(self.request.friend_kind, None, None)
        for key, value in characters.PRONOUNS[person.gender].items():
            self.facts["f" + key] = value
        self.facts.update(friend=person.name, fkind=person.kind)

    def _draw_elder(self) -> None:
        noun, gender = self.recorder.pick(characters.ELDERS)
        for key, value in characters.PRONOUNS[gender].items():
            self.facts["e" + key] = value
        self.facts.update(elder=f"the {noun}", trade=noun)

    _draw_trade = _draw_elder

    def _draw_stranger(self) -> None:
        self.slot("hero")
        used = {self.facts["kind"], self.facts.get("fkind"), self.request.friend_kind}
        kind = self.recorder.pick([k for k in characters.ANIMALS if k not in used])
        look = self.recorder.pick(characters.LOOKS)
        gender = self.recorder.pick(("f", "m"))
        for key, value in characters.PRONOUNS[gender].items():
            self.facts["s" + key] = value
        self.facts.update(stranger=f"the {kind}", newcomer=f"{look} {kind}")

    def _draw_newcomer(self) -> None:
        self._draw_stranger()

    def _draw_quality(self) -> None:
        self.facts["quality"] = self.recorder.pick(characters.QUALITIES)

    def _draw_pastime(self) -> None:
        self.facts["pastime"] = self.recorder.pick(characters.PASTIMES)

    # -- things and places ----------------------------------------------------------------

    def _draw_obj(self) -> None:
        name = self.request.obj or self.recorder.pick(things.OBJECT_NAMES)
        self.facts.update(obj=name, cls=things.OBJECT_CLASS[name])

    def _draw_cls(self) -> None:
        self.slot("obj")

    def _draw_adj(self) -> None:
        words = [w for w in things.ADJECTIVES[self.slot("cls")] if w not in self.slot("obj").split()]
        self.facts["adj"] = self.recorder.pick(words)

    def _draw_thing(self) -> None:
        self.facts["thing"] = f"{self.slot('adj')} {self.slot('obj')}"

    def _draw_purpose(self) -> None:
        self.facts["purpose"] = self.recorder.pick(things.PURPOSES[self.slot("cls")])

    def setting(self) -> dict:
        """The row of places.PLACES where the story happens."""
        self.slot("place")
        return next(p for p in places.PLACES if p["short"] == self.facts["place"])

    def _draw_setting(self) -> None:
        wanted = [p for p in places.PLACES if self.request.place in (None, p["key"])]
        row = self.recorder.pick(wanted)
        self.facts.update(home=row["intro"], place=row["short"], far=row["far"])

    def _draw_season(self) -> None:
        self.facts["season"] = self.recorder.pick(tuple(places.SEASONS))

    def _draw_weather(self) -> None:
        self.facts["weather"] = self.recorder.pick(places.SEASONS[self.slot("season")]["line"])

    def _draw_sign(self) -> None:
        self.facts["sign"] = self.fill(self.recorder.pick(places.SEASONS[self.slot("season")]["sign"]))

    # -- trouble --------------------------------------------------------------------------

    def trouble(self, other: str, helper: str) -> dict[str, str]:
        """A scene that the story's object solves; ``other`` is "friend", "hero" or "stranger"."""
        scene = self.recorder.pick(SCENES[self.slot("cls")])
        pre = {"hero": "", "friend": "f", "stranger": "s"}
        extra = {"o": self.slot(other), "h": self.slot(helper)}
        for key in ("he", "him", "his"):
            extra["o" + key] = self.slot(pre[other] + key)
            extra["h" + key] = self.slot(pre[helper] + key)
        parts = ("trouble", "plea", "use", "result")
        return {part: self.fill(text, **extra) if part == "trouble" else text
                for part, text in zip(parts, scene)} | extra
