"""Chats: a request that names what the story must hold, the story, and follow-ups."""

from __future__ import annotations

from collections.abc import Callable

from . import characters, places, things
from .grammar import article, capital, expand
from .recorder import Recorder
from .story import Request, Story

SYSTEMS = (
    "You are Nano, a teller of short stories.",
    "You are a storyteller. Write short, kind stories.",
    "You are a helpful assistant who tells stories.",
    "Tell short stories in simple English.",
)

# What a plot is "about", for requests by theme.
THEMES = {
    "lost": "something lost", "quarrel": "a quarrel between friends", "honesty": "telling the truth",
    "storm": "a storm", "trick": "a trick that goes wrong", "race": "a race", "greedy": "greed",
    "alarm": "a false alarm", "stranger": "helping a stranger", "kindness": "a kindness returned",
    "promise": "a promise", "newcomer": "a new neighbour", "craft": "learning a craft",
    "building": "building something", "secret": "a secret", "garden": "a seed that grows",
    "fear": "overcoming fear", "treasure": "a treasure", "wish": "three wishes",
}

ASKS = (
    "Tell me a story about {x}.", "Tell me a story about {x}", "Write a short story about {x}.",
    "Please tell me a tale about {x}.", "I want a story about {x}.", "Can you tell a story about {x}?",
    "Tell a bedtime story about {x}.", "Write a story with {x}.", "Once more, please: a story about {x}.",
    "Could you write me a story about {x}?", "A story about {x}, please.", "tell me a story about {x}",
)
OPEN_ASKS = (
    "Tell me a story.", "Tell me a story", "Write a short story.", "I would like to hear a story.",
    "Another story, please.", "Please tell me a bedtime story.", "Can you tell me a tale?",
)

SMALL_TALK = (
    (("Hello", "Hello!", "Hi", "Hi!", "Hey there", "Good morning", "Good evening"),
     ("Hello! [Would you like to hear a story|Shall I tell you a story|What shall the story be about]?",
      "[Good day|Welcome]! I know many stories. [Name an animal and a thing, and I will begin|Which animal shall be the hero]?")),
    (("Who are you?", "What are you?", "What is your name?", "Tell me about yourself."),
     ("I am Nano, a [small|little] language model. I tell short stories.",
      "My name is Nano. I am a very small model that writes stories.")),
    (("What can you do?", "How can you help me?", "Help"),
     ("I can tell short stories. Ask me for a story about a fox and a lantern[, for example|, or anything you like].",
      "I write short stories about animals and people. Tell me who [the hero shall be|it should be about].")),
    (("Thank you", "Thank you!", "Thanks", "That was nice."),
     ("You are welcome! [Shall I tell another one|Would you like one more]?",
      "I am glad you liked it. [Come back soon|Good night and sweet dreams].")),
    (("How are you?", "How are you today?"),
     ("I am well, thank you. [I have a new story in mind|Would you like a story]?",)),
    (("Goodbye", "Good night", "Bye"),
     ("Goodbye! [Come back for another story|Until next time].", "Good night, and sweet dreams!")),
)


def _request(recorder: Recorder) -> tuple[str, Request]:
    """What is asked for, as words after "about", and as a request."""
    shape = recorder.weighted((
        ("kind+obj", 8), ("kind", 3), ("kind+kind", 2), ("obj", 2), ("kind+place", 2),
        ("name", 2), ("theme", 2), ("kind+obj+place", 2), ("kind+theme", 1), ("open", 1),
    ))
    if shape == "open":
        return "", Request()
    r = Request()
    words = []
    if "kind" in shape:
        r.kind = recorder.pick(characters.KINDS)
        words.append(article(r.kind))
    if shape == "kind+kind":
        r.friend_kind = recorder.pick([k for k in characters.KINDS if k != r.kind])
        words.append(article(r.friend_kind))
    if "obj" in shape:
        r.obj = recorder.pick(things.OBJECT_NAMES)
        words.append(article(r.obj))
    if shape == "name":
        r.kind = recorder.pick(characters.KINDS)
        r.gender = characters.PEOPLE.get(r.kind) or recorder.pick(("f", "m"))
        r.name = recorder.pick(characters.NAMES[r.gender])
        words.append(recorder.pick((f"{article(r.kind)} named {r.name}", f"{r.name} the {r.kind}",
                                    f"{article(r.kind)} called {r.name}")))
    if "theme" in shape:
        r.plot = recorder.pick(tuple(THEMES))
        words.append(THEMES[r.plot])
    text = " and ".join(words)
    if "place" in shape:
        row = recorder.pick(places.PLACES)
        r.place = row["key"]
        text += " " + row["intro"]
    return text, r


def _follow_up(recorder: Recorder, story: Story) -> tuple[str, str]:
    """A question about the story just told, and its answer."""
    kind = recorder.pick(("lesson", "next", "hero", "where", "helper", "object"))
    if kind == "lesson":
        ask = recorder.pick(("What is the lesson?", "What is the moral of the story?", "What did {hero} learn?"))
        answer = recorder.pick(("The lesson is that {moral}.", "{hero} learned that {moral}."))
    elif kind == "next":
        ask = recorder.pick(("What happened next?", "And then?", "What happened after that?"))
        answer = story.after
    elif kind == "hero":
        ask = recorder.pick(("Who is the hero?", "What was the hero called?", "Who was the story about?"))
        answer = recorder.pick(("The hero is {hero}, {a kind}.", "It is about {a kind} named {hero}."))
    elif kind == "where":
        ask = recorder.pick(("Where did {hero} live?", "Where does the story take place?"))
        answer = recorder.pick(("{hero} lived {home}.", "The story takes place {home}."))
    elif kind == "helper":
        ask = recorder.pick(("Who saved the day?", "Who helped?"))
        answer = "It was {helper}" + recorder.pick((".", " who helped most."))
        answer = "It was {helper}." if answer.endswith("}.") else "It was {helper} who helped most."
    else:
        ask = recorder.pick(("What thing is in the story?", "Which object matters in the story?"))
        answer = recorder.pick(("It is {a thing}.", "{A thing}, which was good to have."))
    extra = {"moral": story.moral, "helper": story.helper}
    return story.fill(ask, **extra), capital(story.fill(answer, **extra))


def chat(recorder: Recorder, tell: Callable[[Recorder, Request], Story]) -> tuple[str, list[dict[str, str]]]:
    """The plot's name ("" for small talk) and the messages of one chat."""
    messages: list[dict[str, str]] = []

    def add(role: str, content: str) -> None:
        messages.append({"role": role, "content": content})

    if recorder.flip(0.2):
        add("system", recorder.pick(SYSTEMS))
    only_talk = recorder.flip(0.1)
    if only_talk or recorder.flip(0.08):
        asks, answers = recorder.pick(SMALL_TALK)
        add("user", recorder.pick(asks))
        add("assistant", expand(recorder.pick(answers), recorder, lambda name: name))
    if only_talk:
        return "", messages
    words, request = _request(recorder)
    if words:
        add("user", recorder.pick(ASKS).replace("{x}", words))
    else:
        add("user", recorder.pick(OPEN_ASKS))
    story = tell(recorder, request)
    add("assistant", story.text())
    if recorder.flip(0.35):
        ask, answer = _follow_up(recorder, story)
        add("user", ask)
        add("assistant", answer)
    return story.facts["plot"], messages
