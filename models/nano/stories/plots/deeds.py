"""Plots about doing right by others: a stranger, a kindness returned, a promise, a newcomer."""

from __future__ import annotations

from ..grammar import article
from ..story import Story
from .frame import ending, one_day, opening, possession, scenery


def stranger(s: Story) -> None:
    """The hero's object is just what a stranger in trouble needs; the stranger is more than it seems."""
    opening(s, s.pick("kind", "poor", "humble", "generous", "helpful"))
    possession(s)
    s.para()
    one_day(s, "{he} met {a newcomer} on the road to {far}.")
    t = s.trouble("stranger", "hero")
    s("{trouble}.", **t)
    s("\"[Please help me!|Can anybody hear me?|Help, oh help!]\" [called|begged] {stranger}. \"{plea}\"", **t)
    s(s.pick("Others had [passed by|looked away], but {hero} stopped.", "{hero} did not [hesitate|think twice].",
             "\"[Wait|Do not be afraid], I am here,\" [said|called] {hero}."))
    s(t["use"] + ".", **t)
    s(t["result"] + ".", **t)
    s.para()
    scenery(s, 0.4)
    s("\"[How can I thank you|What do I owe you]?\" asked {stranger}. \"[Nothing at all|Not a penny],\" [answered|replied] {hero}. \"[Anyone would have done it|I was glad to have my {obj} with me].\"")
    reward = s.pick("king", "teacher", "letter", "seeds")
    s({
        "king": "Then {stranger} [smiled|stood up straight] and took off the [old|torn] coat. Under it was a robe of [gold|velvet]. \"I am [the ruler of this land|a messenger of the crown], and I was looking for an honest heart,\" {she} said.",
        "teacher": "{stranger} turned out to be a famous [teacher|musician|magician] and stayed [all winter|for a month] to teach {hero} [everything {she} knew|the secrets of {shis} art].",
        "letter": "[Months later|In the new year] a parcel came. In it were a pair of [red boots|warm mittens], some {food} and a letter: \"[To the one who stopped|For my friend on the road].\"",
        "seeds": "{stranger} gave {him} [five|seven] [plain|brown] seeds. {hero} planted them, and in time they became [trees with silver leaves|the tallest sunflowers in the land], and people came from far away to see them.",
    }[reward])
    s.helper = s.slot("hero")
    s.after = "{hero} and {stranger} [wrote to each other|remained friends], and [travellers|strangers] were always welcome at {hero}'s table."
    ending(s, s.pick("nobody is a stranger for long", "a small help can open a great door",
                     "kindness needs no reason"))


CREATURES = (
    ("ant", "was drowning in a [raindrop|puddle]", "bring"),
    ("bee", "was caught in a [spider's web|sticky web]", "sting"),
    ("moth", "lay on its back and could not [turn over|fly]", "show"),
    ("mouse", "had its tail in a [trap|crack]", "gnaw"),
    ("wren", "had a [broken|hurt] wing", "call"),
)


def kindness(s: Story) -> None:
    """A tiny creature is spared or helped; later it returns the favour in its own way."""
    opening(s, s.pick("strong", "gentle", "soft-hearted", "friendly", "large"))
    taken = ("bee" if s.big else "", s.slot("kind"), s.request.friend_kind)
    small, deed, gift = s.recorder.pick([c for c in CREATURES if c[0] not in taken])
    one_day(s, "{he} [saw|found|noticed] " + article(small) + " that " + deed + ".")
    s("\"[Please spare me|Do help me],\" [squeaked|peeped] the " + small + ", \"[and one day I will help you|I will not forget it].\" "
      "{hero} [smiled|laughed softly]. \"[How could one so small help me|You, help me]?\" {he} said, but {he} [helped it all the same|set it free with one finger].")
    s.para()
    possession(s)
    s("[Some weeks later|That same month|Before the moon was full], " + {
        "bring": "{he} [dropped|spilled] a [whole sack|hundred grains] of rice over it, and {elder} would only give back the {obj} if every grain was [gathered|sorted] by dawn.",
        "sting": "a [thief|robber] [snatched the {obj}|grabbed the {obj}] and ran. {hero} was too slow to catch him.",
        "show": "{he} lost the {obj} in the [blackest|darkest] part of the night, and [the moon was hidden|there was not a star to be seen].",
        "gnaw": "{he} was caught in a [hunter's net|net of thick cord], and the {obj} lay just out of reach.",
        "call": "{he} [slid|fell] into a ravine with the {obj}, and nobody knew where {he} was.",
    }[gift])
    s("\"[Now all is lost!|What shall I do?]\" [cried|moaned] {hero}. \"[I shall never {purpose} again|There is nothing I can do].\"")
    s.para()
    scenery(s)
    s("Then a [tiny|thin|small] voice said, \"[You helped me once|I have not forgotten].\" It was the " + small + ".")
    s({
        "bring": "It [called|brought] its [ten thousand sisters|whole family], and by [sunrise|dawn] not one grain was missing.",
        "sting": "It flew after the thief and stung him on the [nose|ear], so that he [howled|yelped], dropped the {obj} and ran away.",
        "show": "It called [a hundred fireflies|its shining cousins], and they [hung over the grass|glowed like little lamps] until the {obj} was found.",
        "gnaw": "It gnawed at the cords, [one after another|patiently], until there was a hole and {hero} was free with the {obj} in {his} arms.",
        "call": "It flew to {friend}, {a quality} {fkind}, and [sang|chirped] until {fhe} [followed|understood]. {friend} pulled up {hero} and the {obj} [with a vine|hand over hand].",
    }[gift])
    s("\"[Thank you|You saved me],\" said {hero}. \"[We are even now|That is what friends are for],\" said the " + small + ".")
    s.helper = "the " + small
    s.after = "The " + small + " [moved into|came to live in] {hero}'s [garden|house], and they had {food} together [on Sundays|every evening]."
    ending(s, s.pick("no kindness is ever too small", "even the smallest friend can be a great help",
                     "good deeds find their way home"))


def promise(s: Story) -> None:
    """A promise to look after the object; a temptation; and what keeping or nearly breaking it brings."""
    opening(s, s.pick("young", "faithful", "lively", "cheerful", "playful"))
    s("{elder} had to [travel|go away] for [a week|nine days] and gave {him} {a thing}. \"[Will you guard it well|Will you look after it]?\" {ehe} asked. "
      "\"I need it to {purpose}.\" \"I promise,\" said {hero}.")
    s.para()
    tempt = s.pick("fair", "swim", "gold", "sleep")
    one_day(s, {
        "fair": "{friend}, {a quality} {fkind}, [came by|called over the fence]. \"[There is a fair|The circus is in town]! [There are acrobats and sugar apples|They have a dancing horse]. Come with me!\" {fhe} said.",
        "swim": "{friend}, {a quality} {fkind}, [came by|called over the fence]. \"[We are all going swimming|Everyone is at the water]. Leave that old thing and come!\" {fhe} said.",
        "gold": "a [merchant|pedlar] came by. \"I will give you [ten gold coins|a bag of silver] for that {obj},\" he [whispered|offered]. \"[Nobody will know|You can say it was lost].\"",
        "sleep": "{he} was so [tired|sleepy] that {his} eyes [kept closing|began to close]. \"[Just one hour|A short rest],\" [whispered|hummed] the [soft|warm] bed.",
    }[tempt])
    s("{hero} [looked at|turned to] the {obj}. [How tempting it was|It was hard to say no]! \"[A promise is a promise|I gave my word],\" {he} [said|told {himself}] [at last|firmly], and {he} [stayed|did not move from the spot].")
    scenery(s)
    s("[The hours were long|Time went slowly].")
    s.para()
    came = s.pick("fire", "goat", "rain")
    s("[That very night|Not long after], " + {
        "fire": "a spark from the chimney set [the roof|the curtain] on fire. Because {hero} was there, {he} [threw water on it|beat out the flames] and carried the {obj} to safety.",
        "goat": "a hungry [goat|billy goat] pushed through the [hedge|gate] and wanted to eat the {obj}. Because {hero} was there, {he} [chased it away|caught it by the horns].",
        "rain": "the rain came through the [ceiling|window] in a [stream|torrent]. Because {hero} was there, {he} [moved the {obj}|carried the {obj} upstairs] and set out [bowls|buckets].",
    }[came])
    s("When {elder} returned, the {obj} was [as good as new|without a scratch]. \"[I knew I could count on you|You kept your word],\" {ehe} said. \"[From today it belongs to both of us|Now we shall have {food} together].\"")
    s.helper = s.slot("hero")
    s.after = "Everyone in the neighbourhood trusted {hero} with [their keys|their secrets], and {he} never broke a promise."
    ending(s, s.pick("a promise is a small thing that holds up great ones", "keeping your word is its own reward",
                     "a promise counts most when it is hard to keep"))


def newcomer(s: Story) -> None:
    """Nobody speaks with the newcomer until the hero does; the object breaks the ice."""
    opening(s, s.pick("curious", "friendly", "quiet", "thoughtful", "popular"))
    possession(s)
    s.para()
    odd = s.pick("words", "food", "shadow")
    one_day(s, "{friend}, {a quality} {fkind}, moved into the [empty|crooked] house at the end of the lane.")
    s({
        "words": "{friend} came from a far country and [spoke with strange words|said everything the wrong way round]. The others [laughed behind {fhis} back|imitated {fhim}].",
        "food": "{friend} ate [seaweed soup|pickled turnips] and wore [bells on {fhis} ankles|a curtain for a coat]. The others [pointed and whispered|held their noses].",
        "shadow": "{friend} never [came out before dusk|said a word] and always [sat alone|walked close to the wall]. The others said that {fhe} was [a spy|cursed].",
    }[odd])
    s("\"[Has anyone asked {fhim} in|Has anybody said good morning]?\" [asked|wondered] {hero}. [Nobody had.|They all looked at the ground.]")
    s("So {he} took the {obj}, [walked up to the house|went up the steps] and knocked.")
    scenery(s)
    s.para()
    s("The door opened [a crack|slowly]. \"[I thought you might like to see my {obj}|This is my {obj}],\" said {hero}. \"[I use it to {purpose}|It is good for a great many things].\" "
      "{friend} [smiled for the first time|opened {fhis} eyes wide]. \"[At home we had one too|My father made such things],\" {fhe} said [softly|shyly].")
    s({
        "words": "{hero} taught {friend} [ten|twenty] words a day, and {friend} taught {hero} a song [in {fhis} own language|with no end].",
        "food": "They cooked together, and {hero} [found that it tasted wonderful|asked for a second helping]. [Soon|By spring] the whole street wanted the recipe for {food}.",
        "shadow": "It turned out that {friend} [was only shy|was afraid of being sent away], and that {fhe} could [tell wonderful stories|carve little animals from wood].",
    }[odd])
    s("[In the end|Before long] the others came [too|one by one], and each of them [said sorry|brought a present].")
    s.helper = s.slot("hero")
    s.after = "{hero} and {friend} met [every day|each afternoon] and [took the {obj} with them|made plans for the summer]."
    ending(s, s.pick("a friend is often a stranger behind a door", "it takes only one to say hello",
                     "what seems odd at first may turn out to be a gift"))


PLOTS = {"stranger": stranger, "kindness": kindness, "promise": promise, "newcomer": newcomer}
