"""Plots with a way to go: a fear, a treasure map, a wish."""

from __future__ import annotations

from ..story import Story
from .frame import ending, friend, one_day, opening, possession, scenery

# fear: how it is told, where it must be faced, how it looks afterwards
FEARS = {
    "dark": ("the dark", "the night was as black as [ink|coal]", "the dark [was full of stars|was only the day with its eyes closed]"),
    "water": ("deep water", "the ford was [wide and deep|brown and deep]", "the water [carried {him} like a hand|was cool and kind]"),
    "heights": ("heights", "the path ran along a [cliff|narrow ledge]", "the view was [the finest in the world|as wide as the sky]"),
    "thunder": ("thunder", "a thunderstorm [broke|rolled in] overhead", "thunder was [only a big drum|a noise and nothing more]"),
    "strangers": ("strangers", "the road led through a [crowd|crowded square]", "most of the faces [were friendly|smiled back]"),
    "dogs": ("big dogs", "a huge dog [lay across the path|stood at the gate]", "the dog [only wanted to play|wagged its tail]"),
}


def fear(s: Story) -> None:
    """A friend's need is greater than the fear; the object helps where it was dreaded most."""
    opening(s, s.pick("timid", "fearful", "nervous", "shy", "anxious"))
    s.slot("friend")
    dog = "dog" in (s.facts["kind"], s.facts["fkind"])
    what = s.pick(*(f for f in FEARS if not (dog and f == "dogs")))
    name, place, after = FEARS[what]
    s("[There was one thing {he} feared|Nothing frightened {him} so much as this]: " + name + ". [The others teased {him} about it.|{He} told nobody.|{His} knees shook at the thought of it.]")
    possession(s)
    s.para()
    one_day(s, "bad news came about {friend}, {a quality} {fkind}.")
    t = s.trouble("friend", "hero")
    s("{trouble}. {Ohe} had [called|cried], \"{plea}\" [No one else was near|Everybody else was away].", **t)
    scenery(s)
    s("{hero} [took the {obj}|went for the {obj}] and set out. But on the way " + place + ". {His} heart [beat like a hammer|was in {his} throat]. \"[I cannot do it|Not that],\" {he} [whispered|gasped].")
    s("Then {he} thought of {friend}. \"[I may be afraid and go all the same|My friend needs me more than I need to be safe],\" {he} said, and took [one step|a deep breath], and then [another|one step more].")
    s.para()
    s("[So {he} came through|Soon the worst was behind {him}], and there was {friend}.")
    s(t["use"] + ".", **t)
    s(t["result"] + ".", **t)
    s("\"[You came through all that|You came all this way for me]!\" [said|marvelled] {friend}. \"[Were you not afraid|And you were not afraid]?\" \"[Every step of the way|Oh yes, I was],\" [said|laughed] {hero}.")
    s("On the way back {he} found that " + after + ".")
    s.helper = s.slot("hero")
    s.after = "{hero} grew [a little braver every week|braver from month to month], and {he} no longer [hid under the bed|turned back]."
    ending(s, s.pick("courage is fear that keeps walking", "love is stronger than fear",
                     "a fear grows small when you walk through it"))


def treasure(s: Story) -> None:
    """A clue leads from place to place; what lies at the end is not gold, but it is worth it."""
    opening(s, s.pick("adventurous", "curious", "daring", "restless", "imaginative"))
    friend(s)
    s.para()
    clue = s.pick("bottle", "attic", "parrot", "wall")
    one_day(s, {
        "bottle": "they [fished|pulled] a [green|dusty] bottle out of the water. In it was a note:",
        "attic": "they found a note in [an old trunk|a cracked vase] in the attic:",
        "parrot": "a [ragged|grey] parrot landed on the gate and [croaked|screeched]:",
        "wall": "a [loose stone|brick] fell from the wall, and behind it was a note:",
    }[clue] + " \"[Seek|Look for] the treasure at {far}, [forty|twenty|a hundred] steps from the [crooked|dead|tallest] tree.\"")
    s("\"[Treasure|Rubies and emeralds]!\" [shouted|breathed] {hero}. \"[What will you do with your half|What would you buy]?\" \"[I should like {a thing}|I want only {a thing}], to {purpose},\" said {friend}.")
    s("They packed {food} and [marched off|set out] at [dawn|sunrise].")
    scenery(s, 0.7)
    s.para()
    obstacle = s.pick("river", "guard", "night")
    s({
        "river": "On the way they came to a [river|torrent]. They [built a bridge of branches|hopped from stone to stone], and {friend} [slipped|fell in], but {hero} caught {fhim} by the [collar|arm].",
        "guard": "On the way they met a [goose|ram] that let nobody pass. \"[We only want to go through,|Would you like some of our lunch?]\" said {hero} [politely|bravely], and [it stepped aside|it shared their meal and let them by].",
        "night": "On the way the night overtook them. They [lost the path|heard wild cries], but they sat back to back and sang [every song they knew|until the sky turned grey].",
    }[obstacle])
    s("At {far} they counted the steps and [dug|scraped away the earth]. There was " + ("a door in the earth, and behind it" if s.big else "a chest, and in it") + " there was no gold at all, only {a thing} and a [card|slip of paper]: \"[The treasure is the one who came with you|You have walked here with a friend, so you are rich already].\"")
    s("{hero} [was silent|sat down]. Then {he} looked at {friend}, [muddy and tired|with leaves in {fhis} hair], and [began to laugh|grinned from ear to ear]. \"[It is true|They are right],\" {he} said. \"[Take the {obj}|The {obj} is yours].\" \"[Ours|It belongs to both of us],\" said {friend}.")
    s.helper = s.slot("friend")
    s.after = "They wrote a new note, [hid it|put it in a bottle] and [wondered|waited to see] who would find it."
    ending(s, s.pick("the best part of a treasure is the search", "a friend is better than gold",
                     "riches are where you share them"))


def wish(s: Story) -> None:
    """Three wishes asked in haste cancel out; what is left is the thing that was there before."""
    opening(s, s.pick("discontented", "envious", "gloomy", "ungrateful", "moody"))
    possession(s)
    s("But {he} was never [happy with|thankful for] what {he} had.")
    s.para()
    giver = s.pick("fish", "fairy", "star", "genie")
    one_day(s, {
        "fish": "{he} [caught|found] a golden fish in the shallows. \"[Let me go|Throw me back], and you shall have three wishes,\" it said.",
        "fairy": "{he} freed a fairy from a [cobweb|bramble]. \"You shall have three wishes for that,\" she said.",
        "star": "a star fell [through the roof|into the garden] and [lay there glowing|hummed like a kettle]. \"I grant three wishes,\" it said.",
        "genie": "{he} pulled a cork from a bottle, and a genie [rose|streamed] out of it. \"Three wishes are yours, {hero},\" he [boomed|said].",
    }[giver])
    first = s.pick("big", "gold", "cake", "fly")
    s("\"[First|Quick, quick], I want " + {
        "big": "to be as big as a house",
        "gold": "everything that I touch to be gold",
        "cake": "it to rain cake",
        "fly": "to fly like a bird",
    }[first] + ",\" [cried|said] {hero} [at once|without thinking]. And so it was. " + {
        "big": "But now {he} did not fit through the door, and {his} head was [cold in the clouds|full of startled swallows].",
        "gold": "But the {food} [turned to gold|was hard as metal] between {his} teeth, and [the flowers did not smell any more|even {his} pillow was hard].",
        "cake": "But the cream [blocked the chimney|ran down the windows], and soon everybody had [a stomach ache|sticky feet].",
        "fly": "But the wind blew {him} over {far}, and {he} [could not steer|did not know how to land].",
    }[first])
    s("Then {friend}, {a quality} {fkind}, [came to help|shouted up to {him}], but {hero} was [angry and ashamed|in a rage]. \"[I wish you would all leave me alone|I wish that everything were gone],\" {he} [said|roared]. [At once|In a blink] {friend} vanished, and so did the {obj}.")
    s.para()
    s("It was [terribly|very] quiet. {ambient} {hero} thought of {friend}'s laugh and of the {obj}, and how {he} had used it to {purpose}. {He} [wept|cried] [as {he} had never cried before|until {his} sleeves were wet].")
    s("\"One wish is left,\" said the " + giver + ". \"[Choose well|Think before you speak].\"")
    s("{hero} did not need to think. \"[I wish that all was as it was this morning|Give me back what I had],\" {he} said. And there was {friend}, [in the doorway|with a puzzled face], and " + ("beside {him} stood" if s.big else "in {his} own hands lay") + " the {obj}, [no more and no less than before|as plain and dear as ever].")
    s.helper = "the " + giver
    s.after = "Each morning {hero} [named|counted] three things that {he} was glad of, and {friend} was [always among them|the first of them]."
    ending(s, s.pick("the best wish is to want what you have", "you may not see what is dear until it is gone",
                     "a hasty wish is a bad bargain"))


PLOTS = {"fear": fear, "treasure": treasure, "wish": wish}
