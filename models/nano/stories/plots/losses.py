"""Plots about losing and breaking: a lost thing, a quarrel, a lie, a storm."""

from __future__ import annotations

from ..story import Story
from .frame import ending, friend, one_day, opening, possession, scenery


def lost(s: Story) -> None:
    """The trait decides how the object is lost; the way it is lost decides where it is found."""
    trait = s.pick("careless", "forgetful", "hasty", "dreamy", "untidy", "absent-minded")
    opening(s, trait)
    cause = s.pick("nap", "children") if s.big else s.pick("wind", "magpie", "hole", "nap", "children")
    possession(s)
    friend(s)
    s.para()
    one_day(s, "{he} [reached for|looked for|wanted] the {obj}, but it was [gone|nowhere to be seen|missing].")
    s("\"[Oh no|Oh dear|Goodness]! Without it I cannot {purpose}!\" [cried|wailed|exclaimed] {hero}.")
    s("[{He} looked {spot}, but found only [dust|an old shoe|a sleeping beetle|nothing].|"
      "{He} emptied every drawer and turned over every cushion.|"
      "{He} searched {spot} and even up the chimney.]")
    s("\"[When did you have it last|Where did you see it last]?\" asked {friend}. "
      "{hero} [thought hard|scratched {his} head|blushed]. " + {
          "wind": "\"I left it on the fence [last night|yesterday], when the wind was [rising|howling].\"",
          "magpie": "\"I left it on the windowsill, and [a magpie was watching|there was a magpie in the tree].\"",
          "hole": "\"It was in my [bag|sack], but the [bag|sack] had a hole in it.\"",
          "nap": "\"I had it with me when I [lay down for a nap|fell asleep] {spot}.\"",
          "children": "\"Some children were [playing|singing] in the yard, and I [left the gate open|did not lock the gate].\"",
      }[cause])
    s.para()
    scenery(s)
    s({
        "wind": "\"Then the wind [is our thief|has taken it],\" said {friend}. They walked the way the wind "
                "had blown, and there, {spot}, lay the {obj}, [wet but whole|covered with leaves|a little dusty].",
        "magpie": "\"Then let us look in the nest,\" [said|suggested] {friend}. High in the tree, among "
                  "[spoons and bottle tops|bright buttons and pins], [lay|gleamed] the {obj}. {friend} [climbed|went] "
                  "up and traded it for a [shiny spoon|piece of foil].",
        "hole": "\"Then it [fell out|is lying] on the way,\" said {friend}. Step by step they followed "
                "the road [to the market|to {far}], and there, {spot}, [lay|was] the {obj}.",
        "nap": "\"Then [come along|that is where it is]!\" said {friend}. They [ran|hurried] there together. The grass was still "
               "flat from the nap, and in the middle of it [lay|was] the {obj}.",
        "children": "\"Then we will ask them,\" said {friend}. The children [hung their heads|turned red]. They had only "
                    "[borrowed the {obj} for a game|wanted to play with the {obj}], and they [gave it back at once|fetched it {spot}].",
    }[cause])
    s("{hero} [hugged|thanked] {friend} and [danced with joy|laughed with relief|gave {fhim} some {food}].")
    s(s.pick("That [evening|very day] {he} ", "As soon as {he} was home, {he} ") + {
        "wind": "made a [shelf|hook] for the {obj} [beside the bed|inside the door].",
        "magpie": "hung a [curtain|net] before the window.",
        "hole": "took a needle and [mended|patched] the [bag|sack].",
        "nap": "wrote a note that said: look around before you leave.",
        "children": "[mended the latch|put a bell on the gate] and [invited the children to tea|baked the children a cake].",
    }[cause])
    s.helper = s.slot("friend")
    s.after = "[After that|The next day], {hero} put the {obj} back in its place [every evening|each night], and it was never lost again."
    ending(s, s.pick("a place for everything saves a long search", "it pays to take care of what you love",
                     "calm questions find more than a wild search"))


def quarrel(s: Story) -> None:
    """Two friends want the object at once, it suffers, and both are needed to put it right."""
    opening(s, s.pick("proud", "stubborn", "hot-tempered", "selfish", "bossy"))
    s("[{He} and {friend}, {a quality} {fkind},|{friend}, {a quality} {fkind}, and {he}] did "
      "[everything|nearly everything] together. [They even shared|Together they owned] {a thing}.")
    s.para()
    one_day(s, "both of them wanted the {obj} [at the same time|for themselves].")
    s("\"It is my turn! I want to {purpose},\" [shouted|snapped|grumbled] {hero}.")
    s("\"You [always think of yourself|always get your way|never listen to me]!\" [shouted|answered|replied] {friend}.")
    how = s.pick("mud", "pieces") if s.big else s.pick("mud", "tree", "pieces")
    s("They [pulled|tugged] this way and that way, until " + {
        "mud": "the {obj} [flew out of their hands|slipped] and [sank into|landed in] the mud.",
        "tree": "the {obj} [shot into the air|flew up] and [stuck|hung] in the top of a [pine|poplar|chestnut tree].",
        "pieces": "there was a [crack|snap], and the {obj} was [broken|spoiled].",
    }[how])
    s("\"[Look what you did|This is your fault]!\" [they both cried|said one and the other together]. {hero} [stamped home|slammed the door], and "
      "{friend} [walked away without a word|went off in tears].")
    s.para()
    scenery(s)
    s("[For three days|For a whole week] they did not [speak|even wave to each other]. [{hero} had no one to laugh with.|"
      "The {food} tasted of nothing.|The house felt empty and quiet.] {ambient}")
    s("[At last|On Sunday|Finally] {hero} [swallowed {his} pride|took a deep breath] and [knocked at|went to] {friend}'s door. \"I am sorry,\" {he} "
      "[said|whispered|mumbled]. \"I [miss you more than I want the {obj}|was wrong, and I want to make it right].\"")
    s("\"I am sorry too,\" [said|answered] {friend}. \"" + {
        "mud": "Let us [dig it out|wash it] together.\" One [pulled|dug] and the other [pushed|scrubbed], until the {obj} was [clean|as bright as before].",
        "tree": "Let us get it down together.\" {hero} stood on {friend}'s shoulders, but {he} could [barely|only just] reach the {obj}, so both of them had to [stretch|wobble] and trust each other. Down it came.",
        "pieces": "Let us [make it whole|mend it] together.\" {friend} held the parts [still|in place] while {hero} [tied|glued] them, for [neither|no one] could have done it alone.",
    }[how])
    s("Then they [agreed on|made] a rule: [one day each|the one who asks first goes first|the one who shares may choose the game].")
    s.helper = s.slot("friend")
    s.after = "{hero} and {friend} shared the {obj} [from then on|ever after], and [each always offered it to the other first|they laughed about their quarrel]."
    ending(s, s.pick("a friend is worth more than being right", "saying sorry is braver than shouting",
                     "things can be mended when two hearts want it"))


def honesty(s: Story) -> None:
    """The hero breaks a borrowed thing, hides it, and finds that the truth weighs less."""
    opening(s, s.pick("clumsy", "nervous", "shy", "playful", "restless"))
    s("{elder} [had lent {him}|had trusted {him} with] {a thing}, because {he} wanted to {purpose}. "
      "\"[Take good care of it|Be careful with it],\" {ehe} had said.")
    s.para()
    one_day(s, "{he} [was chasing a moth|tripped over the rug|was dancing on the table|swung it too wildly], and the {obj} " +
               ("[crashed into a post|rolled down the hill]" if s.big else "[fell to the floor|flew against the wall]") + ". It was [spoiled|ruined|badly damaged].")
    hide = s.slot("spot")
    s("{hero} [turned pale|felt sick]. \"[Nobody must know,|What shall I do?]\" {he} [whispered|thought]. {He} hid the {obj} {hide} and "
      "[told everyone that it was lost|said that a thief had taken it].", hide=hide)
    scenery(s)
    s("But the secret [was heavy|hurt like a stone in a shoe]. {He} could not [eat {his} {food}|sleep at night|enjoy a single game]. "
      "[Worse still|To make it worse], {elder} [put up a notice|began to search] and [blamed|suspected] {friend}, {a quality} {fkind}.")
    s.para()
    s("\"But I [never touched it|have done nothing],\" [said|sobbed] {friend}. When {hero} heard that, {he} [could bear it no longer|stood up with shaking knees].")
    s("\"It was me,\" {he} [said|confessed]. \"I [broke|ruined] the {obj}, and I [hid it|lied] because I was [afraid|ashamed].\"")
    s("{elder} was [silent|quiet] for a [moment|long while]. \"[Broken things can be mended|A thing is only a thing],\" {ehe} said [at last|gently], \"but it "
      "[takes courage to tell the truth|is harder to mend trust].\"")
    s("{hero} [fetched it from where it was hidden|brought out the pieces] and worked [for {elder} every Saturday|in {ehis} garden for a month] until the {obj} [was repaired|could be replaced]. "
      "{He} begged {friend}'s pardon as well, and {friend} [gave it|forgave {him}] with a [smile|handshake].")
    s.helper = s.slot("elder")
    s.after = "[A year later|Some time after], {elder} lent {hero} something even more precious, and {he} took [perfect|very good] care of it."
    ending(s, s.pick("the truth is lighter to carry than a lie", "a mistake grows when it is hidden",
                     "honesty wins back what fear has lost"))


def storm(s: Story) -> None:
    """The weather breaks something that all need; the object and many hands put it right."""
    opening(s, s.pick("hard-working", "cheerful", "quiet", "sensible", "brave"))
    possession(s)
    s.para()
    broken = s.pick("bridge", "roof", "fence", "well")
    one_day(s, "{friend}, {a quality} {fkind}, [came running|looked up at the sky]. \"[Black clouds are coming|A storm is on its way]!\" {fhe} [shouted|warned].")
    s("[All night|For hours] [thunder rolled|lightning flashed] and [rain beat on the windows|the wind screamed in the chimney]. "
      "[In the morning|When the sun rose], " + {
          "bridge": "the [old|wooden] bridge was gone, and nobody could [reach the market|get to school].",
          "roof": "half of the [school|barn] roof was gone, and rain was dripping on the [books|grain].",
          "fence": "the fence was flat, and all the [sheep|cows|geese] had run away.",
          "well": "a [great elm|tall poplar] lay across the well, and there was no [clean|fresh] water.",
      }[broken])
    s("\"[We shall never manage|It is hopeless],\" [sighed|groaned] {elder}. \"[Not if we work together|Many hands can do it],\" said {hero}.")
    s.para()
    t = s.trouble("friend", "hero")
    s("[While they worked|Before they could begin], however, {trouble}. {friend} [called|cried], \"{plea}\"", **t)
    s(t["use"] + ".", **t)
    s(t["result"] + ".", **t)
    s("\"[Now back to work|And now for the rest]!\" laughed {hero}. " + {
        "bridge": "[Some cut logs|The strong ones carried beams], [others hammered|the small ones brought nails], and by [Friday|sunset] there was a [better|stronger] bridge.",
        "roof": "They [passed tiles from hand to hand|made a chain up the ladder], and by evening the roof was [tight|whole] again.",
        "fence": "[The quick ones gathered the animals|They called the animals one by one], while the others [set new posts|hammered the rails].",
        "well": "They [sawed|chopped] the trunk into [logs|pieces], rolled it away, and everyone had [a drink|a long cool drink].",
    }[broken])
    scenery(s)
    s("Then everybody had {food}, and [somebody sang|the children danced|they told stories till late].")
    s.helper = s.slot("hero")
    s.after = "[When the next storm came|The following winter], everyone met at {hero}'s house, and nobody was afraid, because they knew what to do."
    ending(s, s.pick("no storm is stronger than good neighbours", "many small hands can do great work",
                     "trouble grows lighter when it is shared"))


PLOTS = {"lost": lost, "quarrel": quarrel, "honesty": honesty, "storm": storm}
