"""Small observations that colour a story: clothes, pockets, sights on the way, the market."""

from __future__ import annotations

LISTS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split("; "))
    for name, words in {
        "colour": "red; blue; green; yellow; grey; white; brown; pink; violet; crimson; golden; turquoise; "
                  "cream; scarlet; emerald; lilac",
        "garment": "jacket; waistcoat; jumper; bonnet; apron; cape; mackintosh; sash; belt; "
                   "cardigan; tunic; bow tie; collar; neckerchief; raincoat; nightcap",
        "trim": "pearl buttons; a torn pocket; long sleeves; tiny stars; lace at the edges; leather patches; "
                "a velvet lining; two missing buttons; silver thread; deep pockets",
        "pocket": "a pencil; a walnut; a magnifying glass; a handkerchief; a bus ticket; a chestnut; a cork; "
                  "a comb; a peppermint; a snail shell; a fish hook; a piece of string; a postcard; a pine cone; "
                  "a safety pin; a lump of sugar; a tin soldier; a spool of thread; a toy mouse; a rubber band",
        "building": "barn; chapel; cottage; inn; stable; bakery; greenhouse; smithy; schoolhouse; watermill; "
                    "post office; tavern; boathouse; granary; bookshop; station; toll house; museum",
        "many": "two; three; four; five; six; seven; a dozen; several; a few; twenty",
        "birds": "sparrows; swallows; rooks; pigeons; starlings; finches; jays; ducks; blackbirds; cuckoos; "
                 "parrots; ravens; storks; pheasants",
        "birdact": "quarrelled over a crust; sang in turn; shook the dew from their wings; looked down in surprise; "
                   "argued about the weather; dozed in a row; pecked at the moss; flew up all at once",
        "trees": "birches; poplars; elms; cypresses; maples; firs; lindens; hazels; larches; plum trees; pear trees; "
                 "chestnut trees",
        "crop": "barley; oats; rye; clover; turnips; cabbages; beans; corn; hops; sunflowers; lettuces; onions",
        "goods": "pickled onions; wooden spoons; straw hats; ginger cakes; goat cheese; ripe peaches; candied lemons; "
                 "woollen socks; clay pipes; salted herring; painted eggs; sharp knives; silk ribbons; dried figs; "
                 "hazelnuts; pepper; fresh parsley; tin whistles; soap; paper lanterns; brooms; smoked trout; "
                 "cucumbers; radishes; raisins; new potatoes",
        "passer": "a postman; a milkmaid; a chimney sweep; a drummer; a juggler; a monk; a nurse; a soldier; "
                  "a cowherd; a violinist; a hunter; a farmer; an acrobat; a night watchman; a judge; a grocer; "
                  "an astronomer; a plumber; a ragpicker; a bishop",
        "passact": "with a ladder on one shoulder; pushing a squeaky bicycle; whistling out of tune; "
                   "with a sack of coal; eating a pear; in a great hurry; leading a tired mule; humming a waltz; "
                   "with a parrot in a cage; counting coins; under a broken parasol; with mud up to the knees; "
                   "carrying a bunch of balloons; talking to a puppy",
        "skylook": "polished glass; a slate; skimmed milk; a ripe plum; old silver; wet paint; a duck egg; "
                   "a peach; dishwater; cornflowers; lead; a pigeon's wing",
        "sound": "a clock ticked; a gate banged; a kettle sang; a dog barked twice; someone was chopping wood; "
                 "a shutter creaked; a cricket fiddled; a baby laughed; an axe rang; a donkey brayed; "
                 "a church organ hummed; somebody was hammering; a flag snapped; rain dripped from a gutter",
        "distance": "far away; close by; behind the wall; down the lane; across the water; in the next house; "
                    "beyond the trees; somewhere overhead",
        "smell": "fresh paint; wood smoke; wet wool; cloves; burnt sugar; mint; pine needles; new bread; "
                 "warm tar; cut grass; candle wax; old leather; vanilla; damp stone; fried onions; soap",
        "thought": "how strange the world was; what {his} grandmother would say; supper; nothing in particular; "
                   "the summer before; whether fish ever sleep; how small the houses looked; the sea; "
                   "what to do next; a song from long ago; how quickly time passes; why cats purr",
        "manner": "softly; quietly; slowly; kindly; firmly; brightly; calmly; seriously; with a wink; with a nod; "
                  "with a sigh; after a pause; with a little bow; in a low voice; at once; at last; gravely; "
                  "without looking up; in a clear voice; with bright eyes",
        "taste": "as sweet as summer; of smoke and salt; better than ever; of cinnamon; of home; a little burnt; "
                 "of nothing at all; of rain",
        "hour": "six; seven; eight; nine; ten; eleven; three; four; five",
        "pupil": "a sleepy cat; an old tortoise; a brass cannon; a stuffed bear; a sundial; a rusty anchor; "
                 "a stone lion; a weathercock; an empty birdcage; a broken harp; a painted globe; a suit of armour",
        "rumour": "the king had lost a tooth; a ship of glass had been seen; the moon was made of cheese; "
                  "a comet was coming; the baker sang to the dough; the bridge was haunted; "
                  "there was gold in the hills; the winter would be mild; a lion had escaped; "
                  "the mayor was in love; the old well could talk",
    }.items()
}

SIGHTS = (
    "On the way {he} passed {a colour} {building}, a row of {trees} and a field of {crop}.",
    "{Many} {birds} {birdact}.",
    "{Passer} went by {passact}.",
    "The sky was like {skylook}, and {distance} {sound}.",
    "{Distance} {sound}, and the air smelled of {smell}.",
    "At the market that day there were {goods} and {goods2}, and it smelled of {smell}.",
    "Near {a building} {he} met {passer} {passact}.",
    "A field of {crop} lay to the left, and on the right stood {many} {trees}.",
    "{He} thought about {thought}.",
    "Under the {trees}, {many} {birds} {birdact}.",
    "The clock struck {hour}, and {distance} {sound}.",
    "{Passer} stood by the {building} and told everybody that {rumour}.",
    "People said that {rumour}.",
    "In the window of the {building} sat {pupil}.",
    "There was {a colour} {building} at the corner, with {pupil} in front of it.",
    "{Hero} bit into {a colour} [apple|pear|plum], and it tasted {taste}.",
    "{Passer} sold {goods} from {a colour} cart.",
    "The wind carried the smell of {smell}, and the {trees} [swayed|whispered|bowed].",
    "{Many} {birds} rose from the {crop}.",
)
LOOKS = (
    "{He} always wore {a colour} {garment} with {trim}.",
    "In {his} pocket {he} kept {pocket} and {pocket2}.",
    "{He} was easy to know by {his} {colour} {garment}.",
    "{His} house was {a colour} {building} that smelled of {smell}.",
    "{He} had {a colour} {garment}, {pocket} and not much else.",
    "{He} had {pupil} in the garden and {pocket} on a string round {his} neck.",
    "{He} rose at {hour} each morning and had {food} for breakfast.",
    "{His} neighbours were {passer}, {passer2} and a great many {birds}.",
)
