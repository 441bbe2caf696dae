"""Plots about work: learning a craft, building, a secret gift, a garden."""

from __future__ import annotations

from ..story import Story
from .frame import ending, friend, one_day, opening, possession, scenery

# craft: what is made, how it fails when hurried, what patience changes
CRAFTS = {
    "baker": ("a loaf", "[as flat as a plate|burned to a cinder]", "let the dough rise"),
    "weaver": ("a small rug", "[full of knots|wider at one end than the other]", "count every thread"),
    "potter": ("a bowl", "[lopsided|cracked from top to bottom]", "keep the wheel slow"),
    "carpenter": ("a stool", "[wobbly|shorter on one side]", "measure twice and saw once"),
    "blacksmith": ("a horseshoe", "[as bent as a pretzel|too thin to use]", "wait for the iron to glow"),
    "tailor": ("a waistcoat", "[much too tight|sewn up at the sleeves]", "draw the line with chalk"),
    "clockmaker": ("a little clock", "[running backwards|silent at noon]", "oil each wheel"),
    "beekeeper": ("a jar of clear honey", "[cloudy|full of wax]", "move without haste"),
    "cobbler": ("a pair of slippers", "[both for the left foot|stiff as wood]", "soften the leather"),
    "gardener": ("a bed of tulips", "[bare and dry|eaten by slugs]", "water them every evening"),
}


def craft(s: Story) -> None:
    """Haste spoils the first work; the teacher's one rule saves the last."""
    opening(s, s.pick("impatient", "eager", "ambitious", "hasty", "lively"))
    s.slot("hero")
    trade = s.recorder.pick([t for t in CRAFTS if t != s.facts["kind"]])
    gender = s.pick("f", "m")
    he, his = ("she", "her") if gender == "f" else ("he", "his")
    product, flaw, rule = CRAFTS[trade]
    w = dict(trade=trade, product=product, rule=rule, the=he, this=his)
    s("{He} wanted to become a {trade}, like the old {trade} [at the corner|by the square|across the road]. "
      "\"[How long will it take|When shall I be as good as you]?\" {he} asked. \"[As long as it takes|That is up to your hands],\" the {trade} answered.", **w)
    s.para()
    s("{hero} [rushed through everything|did not listen to the end|skipped the dull parts]. {His} first try was {product}. It was " + flaw + ". "
      "[The neighbours laughed.|\"I give up!\" {he} shouted.|{He} kicked the bench and hurt {his} toe.]", **w)
    s("The {trade} [fetched|took down|showed {him}] {a thing}. \"[I made|I bought|I earned] this with my [own hands|first wages], to {purpose},\" {the} said. \"It took me [a hundred days|all of one winter]. "
      "[Do you know my secret?|There is only one secret.] You have to {rule}.\"", **w)
    s.para()
    s("So {hero} [began again|tried once more]. [Day after day|Every morning], {he} [worked slowly|bit {his} lip and went on], and {he} learned to {rule}.", **w)
    scenery(s, 0.7)
    s("{His} [second|next] try was [a little better|not so bad]. The [fifth|seventh|tenth] was [good|fine]. And the [last|twentieth] one was so [beautiful|perfect] that [people stopped at the window|the {trade} put on {this} spectacles to see it].", **w)
    s("\"[You have become a real {trade}|I can teach you nothing more],\" said the {trade}, and gave {hero} the {obj}. \"[It is yours now|Keep it, and teach others one day].\"", **w)
    s.helper = f"the old {trade}"
    s.after = s.fill("{hero} opened a [shop|workshop] of {his} own, and the {obj} [hung above the door|stood in the window].")
    ending(s, s.pick("good work has its own time", "patience is the best of all tools",
                     "every master was once a beginner"))


def building(s: Story) -> None:
    """The weak way falls to the weather that finds it; the second try answers that weather."""
    opening(s, s.pick("lazy", "clever", "busy", "optimistic", "practical"))
    possession(s)
    friend(s)
    what = s.pick("cabin", "tree house", "tower", "shed", "cottage")
    s.para()
    one_day(s, "the two of them decided to build a " + what + ", [with room for the {obj}|so that the {obj} would have a home|where they could sit together].")
    s("\"[Let us use straw and twigs|Paper and string will do],\" said {hero}. \"[It will be finished by tea time|That is the quick way].\" "
      "\"[Should we not use stone|Would bricks not be better]?\" asked {friend}. \"[Too heavy|Far too slow]!\" {hero} [laughed|waved {his} hand].")
    fall = s.pick("wind", "rain", "snow", "cow")
    scenery(s)
    s("By [supper|nightfall] the " + what + " was ready, and it [looked very fine|even had a flag]. But that night " + {
        "wind": "a [gale|strong wind] blew, and [the walls flew away|it fell like a house of cards].",
        "rain": "it rained, and the walls [turned to mush|melted like sugar].",
        "snow": "heavy snow fell, and the roof [sagged|gave way] with a sigh.",
        "cow": "a [cow|stray horse] leaned against it to scratch, and [it collapsed|down it came].",
    }[fall])
    s.para()
    s("{hero} [pulled the {obj} from the ruins|found the {obj} under the rubble]. \"[You were right|I should have listened],\" {he} [told|said to] {friend}. \"[Let us do it properly.|Shall we try your way?]\"")
    s("This time they [dug deep|laid a floor of flat stones] and used " + {
        "wind": "[thick beams|heavy oak posts], tied at every corner, so that no wind could lift them.",
        "rain": "[tiles and tar|good slate] for the roof, so that the water ran off.",
        "snow": "a steep roof and [four|six] strong posts, so that the snow slid down.",
        "cow": "[bricks and mortar|stones and clay], and around it a fence, so that no animal could lean on it.",
    }[fall])
    s("[It took them the whole month|They worked for three weeks], with {food} in the breaks. " + {
        "wind": "When the next gale came,", "rain": "When the next rain came,",
        "snow": "When the next snow came,", "cow": "When the next cow came by,",
    }[fall] + " they [sat inside|lay in their hammocks], [warm and dry|playing cards|telling stories], and [did not even look up|laughed].")
    s.helper = s.slot("friend")
    s.after = "They [painted|decorated] the " + what + " [blue|green|yellow] and invited [the neighbours|everyone] to a [feast|party], with the {obj} in the place of honour."
    ending(s, s.pick("quick work is often done twice", "a good friend is one who says what you do not want to hear",
                     "strong walls begin with good advice"))


def secret(s: Story) -> None:
    """A present is made in secret; keeping the secret looks like unkindness until it is told."""
    opening(s, s.pick("talkative", "loving", "chatty", "excitable", "sweet"))
    friend(s)
    s("{friend} had always [wished for|dreamed of] {a thing} to {purpose}, but [had never had the money|such things were rare].")
    s.para()
    one_day(s, "{hero} [whispered|said] to {elder}, \"[Soon it is|Next week is] {friend}'s birthday. [Will you help me|Can we make it a surprise]?\"")
    s("\"[Gladly|With pleasure],\" said {elder}, \"but [not a word to anyone.|can you keep a secret?]\" {hero} [nodded|put a finger on {his} lips], though [it was not easy for {him}|the words tickled {his} tongue].")
    s("To earn the {obj}, {he} [scrubbed floors|carried water|picked cherries|sold lemonade] after [school|lunch], and whenever {friend} asked, \"[Where are you going|Will you play with me]?\" {he} [could only say|answered], \"[I have no time|Not today].\"")
    s.para()
    s("{friend} grew [sad|quiet]. \"[{hero} does not like me any more|I have lost my best friend],\" {fhe} [thought|told the moon].")
    scenery(s)
    s("[Twice|More than once] the secret was on the tip of {hero}'s tongue, but {he} [bit it back|held on]. [At last|Then] the day came. {friend} [came home|opened {fhis} door], and [everyone was waiting there|the yard was full of light], and " +
      ("in the middle of it" if s.big else "on the table") + ", [tied with a bow|between candles and {flower}], [stood|was] the {obj}.")
    s("\"[So that is why!|So that is where you were!]\" [cried|exclaimed] {friend}. {Fhe} [laughed and cried at once|hugged {hero} so hard that {fhis} hat fell off].")
    s("Then they all ate {food}, and {hero} [talked|chattered] [until midnight|without stopping], for now {he} was allowed to tell everything.")
    s.helper = s.slot("elder")
    s.after = "{friend} [used|took out] the {obj} every day, and [never doubted {hero} again|on {hero}'s birthday {fhe} kept a secret of {fhis} own]."
    ending(s, s.pick("some secrets are kept out of love", "the best presents cost time and not money",
                     "a friend may be silent and still be true"))


def garden(s: Story) -> None:
    """A seed, a season and a doubt; the object is traded or used to bring the plant through."""
    opening(s, s.pick("hopeful", "poor", "gentle", "dreamy", "patient"))
    possession(s)
    s.para()
    plant = s.pick("apple tree", "rose bush", "giant pumpkin", "grapevine", "cherry tree", "sunflower")
    one_day(s, "{elder} gave {him} a [wrinkled|grey] seed. \"[From this will grow|This is the seed of] [a wonder|something great], if you [do not give up|stay with it],\" {ehe} said.")
    s("{hero} put it into the earth {spot} and [watered it every day|sang to it every evening]. [A week|A month] passed and nothing [came up|happened]. "
      "\"[It is only a pebble|You are wasting your time],\" [mocked|said] {friend}, {a quality} {fkind}.")
    scenery(s)
    s("{hero} [did not answer|only shrugged]. \"[Good things sleep before they wake|I can wait],\" {he} said.")
    peril = s.pick("frost", "drought", "birds")
    s.para()
    s("[One night|At last] a [tiny green tip|little shoot] [appeared|broke through the soil]. But then came " + {
        "frost": "the frost, and the shoot [drooped|shivered]. {hero} [sat beside it|stayed with it] all night with the {obj} and a [small fire|hot stone] to keep it alive.",
        "drought": "the drought, and the ground [cracked|was like stone]. {hero} exchanged {his} {obj} for [twenty|thirty] buckets of water, though {he} [loved it dearly|could no longer {purpose}].",
        "birds": "hungry birds. {hero} [built a scarecrow|made a scarecrow] out of [an old coat|straw] and the {obj}, and they [flapped away|kept their distance].",
    }[peril])
    s("{friend} saw it and [was ashamed|felt {fhis} heart change]. \"[I laughed at you|I was wrong],\" {fhe} said. \"[Let me take a turn|Tell me how I can help].\" So they [watched|cared for it] together.")
    s("By [next year|the following summer] it had become [a magnificent|a splendid] " + plant + ", and the whole of {place} [came to see it|sat in its shade]. "
      + {"frost": "The {obj} [hung|stood] beside it like a medal.",
         "drought": "And {elder}, who had [bought|found] the {obj} at the market, [brought it back|laid it at the foot of it].",
         "birds": "The {obj} [stayed|remained] with the scarecrow, who [seemed to smile|wore it proudly]."}[peril])
    s.helper = s.slot("friend")
    s.after = "{hero} [saved|collected] the new seeds and gave one to [every child|each neighbour] in the district."
    ending(s, s.pick("hope needs water every day", "what grows slowly grows deep",
                     "patience can wake a sleeping seed"))


PLOTS = {"craft": craft, "building": building, "secret": secret, "garden": garden}
