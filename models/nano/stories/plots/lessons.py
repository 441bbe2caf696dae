"""Plots in which a fault meets its answer: a trick, a race, a full cellar, a boast."""

from __future__ import annotations

from ..story import Story
from .frame import ending, friend, one_day, opening, possession, scenery


def trick(s: Story) -> None:
    """A prank with the object turns on the one who plays it, in the way it was set."""
    opening(s, s.pick("sly", "mischievous", "cheeky", "bored", "crafty"))
    friend(s)
    s("{friend} [was proud of|owned] {a thing} and used it every day to {purpose}.")
    s.para()
    kind = s.pick("glue", "ghost") if s.big else s.pick("glue", "ghost", "swap", "bucket")
    fake = s.pick("brick", "cabbage") if kind == "swap" else ""
    one_day(s, "{hero} [had an idea|thought of a prank|grinned to {himself}]. \"[This will be funny|How I shall laugh]!\" {he} [whispered|giggled].")
    s({
        "glue": "{He} painted the {obj} with [sticky glue|thick honey] and [hid|waited] {spot}.",
        "ghost": "{He} took the {obj}, pulled a white sheet over {his} head and [waited in the dark lane|crept up to the window].",
        "swap": "{He} took the {obj} and put a {fake} in its place, wrapped in [paper|cloth].",
        "bucket": "{He} tied the {obj} to a string that would tip a bucket of [cold water|green paint] over whoever [touched|lifted] it.",
    }[kind], fake=fake)
    scenery(s)
    s("But {friend} [was late that day|had gone to {far}|stayed in bed with a cold]. {hero} waited [and waited|until {he} grew sleepy].")
    s.para()
    s({
        "glue": "[At noon|At last] it began to [rain|hail]. Without thinking, {hero} [grabbed the {obj}|reached for the {obj}], and now {his} own fingers [stuck fast|would not come off].",
        "ghost": "Then {he} saw {his} own shadow in the [moonlight|mirror], [huge and white|with long white arms]. {hero} [screamed|shrieked], ran away and fell into the [ditch|nettles].",
        "swap": "In the meantime {he} had forgotten which [parcel|bundle] was which. {He} carried one home, and when {he} wanted to {purpose}, there was only a {fake} in it.",
        "bucket": "Then {he} forgot the string. {He} [stretched|yawned], tripped over it, and the whole bucket emptied over {his} own head.",
    }[kind], fake=fake)
    s("[Just then|At that moment] {friend} came [down the path|round the corner]. {Fhe} [stared|blinked] and began to laugh, but [kindly|not unkindly].")
    s("\"[I wanted to trick you|It was meant for you],\" [said|admitted] {hero}, \"and [I caught myself|I got what I deserved]. [I am sorry|Please forgive me].\"")
    s({
        "glue": "{friend} brought [warm water|soap and oil] and freed {him}, one finger at a time.",
        "ghost": "{friend} pulled {him} out and [put a cool leaf on every scratch|picked the thorns from {his} coat].",
        "swap": "{friend} [shared {fhis} {food} with {him}|made {him} a cup of tea], and together they found the {obj}.",
        "bucket": "{friend} [fetched a towel|rubbed {him} dry] and set the {obj} [by the fire|in the sun].",
    }[kind])
    s("[To make up for it|The next morning], {hero} [polished the {obj}|swept {friend}'s yard|brought {friend} a bunch of {flower}].")
    s.helper = s.slot("friend")
    s.after = "{hero} still [liked a joke|played tricks], but only [the kind that made everyone laugh|those that hurt nobody]."
    ending(s, s.pick("a trap does not ask who steps into it", "a joke is only good when both can laugh",
                     "mischief likes to come home"))


def race(s: Story) -> None:
    """The boaster stops for the reason that suits the fault; the steady one wins or waits."""
    trait = s.pick("boastful", "vain", "swift", "conceited")
    opening(s, trait)
    s("\"[Nobody is faster than I am|I could beat anyone with one eye shut],\" {he} [liked to say|told everyone|boasted]. "
      "[Only|But] {friend}, {a quality} {fkind}, [did not laugh|shook {fhis} head|said nothing].")
    s.para()
    one_day(s, "there was a [race|contest] from {place} to {far}. The prize was {a thing}, [donated|given] by {elder}.")
    s("\"With that I could {purpose},\" [thought|said] {friend}, and [joined|put down {fhis} name]. \"You?\" [laughed|sneered] {hero}. \"[You will arrive next week|Bring a pillow]!\"")
    s("{Elder} [rang a bell|dropped a handkerchief|blew a whistle]. {hero} [shot away like an arrow|was out of sight at once], while {friend} [found a steady pace|went on at an even trot].")
    scenery(s, 0.6)
    stop = s.pick("nap", "berries", "mirror", "shortcut")
    s.para()
    s({
        "nap": "Halfway there, {hero} [looked back|turned round] and saw no one. \"[There is time for a nap|I can rest a little],\" {he} thought, and lay down {spot}.",
        "berries": "Halfway there, {hero} [saw a bush full of berries|smelled ripe raspberries]. \"[A few bites cannot hurt|I have plenty of time],\" {he} thought, and ate until {he} could hardly [walk|move].",
        "mirror": "Halfway there, {hero} saw {his} face in a [pool|window]. \"[How handsome a winner looks|I must look my best],\" {he} said, and began to [comb|brush] {his} hair.",
        "shortcut": "Halfway there, {hero} [left the road|chose a short cut] through the [bog|thorns]. Soon {he} was [stuck up to the knees|caught by the sleeve] and could not go on or back.",
    }[stop])
    s("[Meanwhile|All this time], {friend} went on, [step after step|over stones and roots|without a pause].")
    end = s.pick("wins", "helps") if stop in ("berries", "shortcut") else "wins"
    if end == "wins":
        s("When {hero} [woke up|finally arrived|came running] at last, [everyone was cheering|the crowd was already singing]. {friend} had [won|crossed the line]." if stop == "nap" else
          "When {hero} [finally arrived|came limping in], [everyone was cheering|the crowd was already singing]. {friend} had [won|crossed the line].")
        s("{Elder} [gave|handed] {friend} the {obj}. {hero} [hung {his} head|looked at {his} feet]. \"[You were better|You deserve it],\" {he} [muttered|said].")
        s("\"[Come|Cheer up],\" said {friend}, \"[you may use it too|next time we shall run side by side].\"")
        s.helper = s.slot("elder")
        moral = s.pick("slow and steady is faster than quick and proud", "a race is not won by talking")
    else:
        s("{friend} [heard {him} groan|found {him} there]. {Fhe} could have [run on and won|passed by], but {fhe} [stopped|turned back] and " + {
            "berries": "[rubbed {his} belly|brought {him} some peppermint] until {he} felt better.",
            "shortcut": "pulled {him} out with a [strong branch|long stick].",
        }[stop])
        s("They [walked to the end|crossed the line] arm in arm, the very last of all. Still, {elder} [gave|handed] the {obj} to {friend}, \"for the [finest|best] deed of the day,\" {ehe} said.")
        s.helper = s.slot("friend")
        moral = s.pick("a kind runner wins more than a fast one", "boasting is no help when you need a friend")
    s.after = "{friend} kept the {obj}, and {hero} never [boasted|laughed at a slow runner] again."
    ending(s, moral)


def greedy(s: Story) -> None:
    """A full store guarded alone is lost; what is shared comes back."""
    opening(s, s.pick("greedy", "stingy", "rich", "grumpy", "thrifty"))
    possession(s)
    s("{He} never [lent|shared] anything. \"[What is mine is mine|Everyone should look after themselves],\" {he} [said|growled].")
    s.para()
    one_day(s, "{friend}, {a quality} {fkind}, [knocked|stood at the door] with {fhis} [three|four|five] [little ones|children]. \"[We have no food left|Our cupboard is empty],\" {fhe} said. \"[Could you spare a little|May we have some of yours]?\"")
    s("\"[Certainly not|No, no, no]!\" [answered|barked] {hero}, and [shut|bolted] the door. Inside, {he} counted {his} [sacks of flour|jars of plums|cheeses] and [hugged|gazed at|stroked] the {obj}.")
    lose = s.pick("mould", "mice", "fire")
    s.para()
    s({
        "mould": "But so much food [cannot be eaten by one|does not keep]. By the end of the month, [green mould|grey fluff] had covered all of it.",
        "mice": "But a family of [rats|mice] had [heard|smelled] it all. In one night they [ate everything|left nothing but crumbs].",
        "fire": "But {he} was so busy counting that {he} forgot the [stove|oven]. A spark [jumped|flew], and the whole store [burned down|went up in smoke].",
    }[lose])
    scenery(s)
    s("Only the {obj} was left. {hero} sat in the [cold|dark] kitchen with an empty [stomach|bowl]. \"[Who will help me now|I have earned this],\" {he} [sighed|murmured].")
    s("There was a knock. It was {friend}, who had [gathered|earned] some {food}. \"[We have not much|It is only a small supper], but [there is a place for you|you are welcome to half],\" {fhe} said.")
    s("{hero} [wept|could not speak]. [That same night|The next morning] {he} gave {friend} the {obj}. \"With it [you can|your family can] {purpose},\" {he} said. \"[Please keep it|I should have done this long ago].\"")
    s.helper = s.slot("friend")
    s.after = "{hero} [ate with|visited] {friend} every Sunday, and {his} door was [always open|never bolted again]."
    ending(s, s.pick("what you share stays with you", "a full cellar is no use to an empty heart",
                     "the best place to store food is a neighbour's table"))


def wolf_cry(s: Story) -> None:
    """False alarms use up trust, so the true alarm needs proof: the object."""
    opening(s, s.pick("lonely", "lively", "silly", "idle", "noisy"))
    possession(s)
    s("{His} task was to [watch|guard] the [sheep|geese|goats], and [nothing ever happened|the hours were long].")
    s.para()
    danger = s.pick("wolves", "a flood", "robbers", "a bear")
    one_day(s, "{he} [ran down the hill|climbed the wall] and shouted, \"Help! [I see|I can see] " + danger + "!\"")
    scenery(s)
    s("[Everybody|The whole neighbourhood] came [running with sticks|out in their slippers], and {hero} [laughed till {he} cried|rolled on the ground with laughter]. "
      "[The next day|Two days later] {he} did it again. \"[That is not funny|You should be ashamed],\" [scolded|said] {elder}.")
    s.para()
    s("[But then|A week later], " + {
        "wolves": "grey shapes came out of the trees. The wolves were really there.",
        "a flood": "the river rose and rose. The flood was really coming.",
        "robbers": "two men with sacks climbed the fence. The robbers were really there.",
        "a bear": "the bushes shook and a real bear stood up, as tall as a door.",
    }[danger] + " \"Help!\" [screamed|shouted] {hero}, but [nobody came|every door stayed shut|the people only shrugged].")
    s("Only {friend}, {a quality} {fkind}, [looked out|stopped to listen]. \"[How can I know that it is true|Why should I believe you]?\" {fhe} asked.")
    s("\"[Here, take my {obj}|I give you my {obj}],\" [begged|said] {hero}. \"It is the [dearest|best] thing I have. If I am lying, [you may keep it|it is yours for ever].\"")
    s("Then {friend} [rang the great bell|woke the others], and they [saved the animals|brought every animal to safety] [just in time|before it was too late]. "
      "{friend} gave back the {obj}. \"[This time you told the truth|Now I believe you],\" {fhe} said.")
    s.helper = s.slot("friend")
    s.after = "{hero} [kept a faithful watch|stayed at {his} post] and never [cried for help|raised the alarm] without a reason."
    ending(s, s.pick("trust is slow to grow and quick to break", "a liar is not believed even when the words are true",
                     "your word is worth as much as you make it"))


PLOTS = {"trick": trick, "race": race, "greedy": greedy, "alarm": wolf_cry}
