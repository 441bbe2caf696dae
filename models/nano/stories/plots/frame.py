"""What all plots share: openings, the hero's possession, a turn of time, the last line."""

from __future__ import annotations

from .. import details
from ..story import Story


def opening(s: Story, trait: str) -> None:
    """Who and where, with the trait that will matter."""
    s(
        s.pick(
            "[Once upon a time|Long ago|Once], {home}, there lived {a trait} {kind} [named|called] {hero}.",
            "There was once {a trait} {kind} [named|called] {hero} who lived {home}.",
            "{A kind} [named|called] {hero} lived {home}. {He} was [very|rather] {trait}.",
            "{hero} was {a trait} {kind} who [lived|had grown up] {home}.",
            "This is the story of {hero}, {a trait} {kind} who lived {home}.",
            "[Many years ago|In the days of our grandmothers|Not so long ago], {a trait} {kind} [named|called] {hero} lived {home}.",
            "Everyone knew {hero}, the {trait} {kind} who [lived|had a house] {home}.",
            "If you had been {home} in those days, you would have met {a trait} {kind} [named|called] {hero}.",
            "Have you ever heard of {hero}? {He} was {a trait} {kind} and lived {home}.",
            "[{home}, in {a colour} house,|{home}, under {a colour} roof,] lived {a trait} {kind} [named|called] {hero}.",
        ),
        trait=trait,
    )
    if s.recorder.flip(0.5):
        s(s.pick(*details.LOOKS))
    if s.recorder.flip(0.4):
        s("[{He} loved {pastime}.|More than anything, {he} loved {pastime}.|{hero} was fond of "
          "{flower} and of {food}.|{He} lived alone, except for [a canary|a cricket|a spider|two goldfish].]")


def possession(s: Story) -> None:
    """The hero's object and what it is good for."""
    if s.slot("cls") == "food":
        s(s.pick(
            "That week {he} had been given {a thing}, enough to {purpose}.",
            "On {his} table stood {a thing}, which {he} was saving to {purpose}.",
        ))
        return
    s(s.pick(
        "{His} dearest possession was {a thing}, which helped {him} to {purpose}.",
        "{He} owned {a thing}, and with it {he} could {purpose}.",
        "{His} grandmother had given {him} {a thing} to {purpose}.",
        "{He} was never far from {his} {thing}, for {he} liked to {purpose}.",
        "For {his} birthday {he} had received {a thing}, just right to {purpose}.",
        "[Of all {his} things|Of everything in the house], {he} loved best {a thing}, for without it {he} could not {purpose}.",
        "[Years before|Once], [an uncle|an aunt|a sailor|a travelling tinker] had left {him} {a thing}, and ever since {he} used it to {purpose}.",
        "{He} had saved [all year|for months] to buy {a thing}, because {he} wanted to {purpose}.",
        "{He} had one treasure, {a thing}. With it {he} liked to {purpose}.",
        "[Whenever {he} wanted to {purpose}|When it was time to {purpose}], {he} [fetched|used] {his} {thing}.",
    ))


def friend(s: Story) -> None:
    """The friend, introduced once."""
    s(s.pick(
        "{His} best friend was {friend}, {a quality} {fkind}.",
        "Next door lived {a quality} {fkind} called {friend}.",
        "{He} had a friend, {a quality} {fkind} named {friend}.",
        "{friend}, {a quality} {fkind}, was {his} neighbour.",
        "{He} [often|always] had [tea|breakfast|supper] with {friend}, {a quality} {fkind}.",
        "{He} was never seen without {friend}, {a quality} {fkind}.",
        "There was also {friend}, {a quality} {fkind}, who [knew {him} well|had known {him} for years].",
        "{He} could always count on {friend}, {a quality} {fkind}.",
    ))


def one_day(s: Story, then: str) -> None:
    """A turn of time, the season's weather, and the event that starts the story."""
    s(s.pick(
        "One {season} [morning|afternoon|evening], when {weather}, ",
        "One [day|morning|evening] in {season}, ",
        "Then, one {season} [morning|day|night], ",
        "It was {season}, and {weather}. [That day|On that day], ",
        "[Now it happened|It happened] one {season} [morning|evening] that ",
        "But on the [first|last|longest|coldest] day of {season}, ",
        "{Weather}. It was a [fine|quiet|strange] {season} [morning|evening] when ",
        "[On a Monday|On a Tuesday|On a Thursday|On a Saturday] in {season}, when {weather}, ",
    ) + then)


def scenery(s: Story, probability: float = 0.75) -> None:
    """Now and then a sentence that paints the place, the season or what is seen on the way."""
    if s.recorder.flip(probability):
        s(s.pick("{ambient}", "{sign}", *details.SIGHTS))


def ending(s: Story, moral: str) -> None:
    """The lesson, told once in words that the follow-up can repeat."""
    s.moral = s.fill(moral)
    s(
        s.pick(
            "From that day on, {hero} knew that {moral}.",
            "And so {hero} learned that {moral}.",
            "{hero} never forgot that {moral}.",
            "\"Now I know that {moral},\" said {hero}.",
            "That night {hero} thought about it and understood that {moral}.",
            "Since then, {hero} has told everyone that {moral}.",
            "[Years later|When {he} was old], {hero} still [liked to say|told the children] that {moral}.",
            "{hero} wrote it on the wall above {his} bed: {moral}.",
            "And if you ask {hero} today, {he} will tell you that {moral}.",
            "What {hero} [took home|remembered] was this: {moral}.",
        ),
        moral=s.moral,
    )
