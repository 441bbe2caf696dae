"""Objects and what they are good for.

Each object belongs to one class; the class gives the words that describe it, what its owner
does with it, and the troubles that only such a thing can solve (see scenes.py).
"""

OBJECTS = {
    "light": ("lantern", "candle", "lamp", "torch"),
    "pull": ("rope", "ladder", "fishing rod", "net"),
    "open": ("key",),
    "sound": ("bell", "drum", "flute", "whistle", "horn", "trumpet", "fiddle"),
    "carry": ("cart", "wheelbarrow", "sled", "wagon", "basket"),
    "float": ("boat", "raft", "canoe"),
    "warm": ("blanket", "scarf", "cloak", "quilt", "coat", "shawl"),
    "shelter": ("umbrella", "tent", "hat"),
    "guide": ("map", "compass", "telescope", "spyglass"),
    "dig": ("spade", "shovel", "hammer"),
    "shiny": ("mirror", "crown", "silver ring", "golden coin", "necklace", "medal"),
    "small": ("feather", "seashell", "button", "marble", "ribbon", "acorn"),
    "fly": ("kite", "balloon", "paper flag"),
    "read": ("book", "letter", "poem", "diary"),
    "food": ("pie", "cake", "loaf of bread", "pumpkin", "jar of honey", "apple"),
    "brew": ("kettle", "teapot", "saucepan"),
}

ADJECTIVES = {
    "light": ("bright", "brass", "little", "old", "round", "copper"),
    "pull": ("long", "strong", "sturdy", "light", "trusty"),
    "open": ("rusty", "golden", "iron", "tiny", "silver"),
    "sound": ("shiny", "loud", "wooden", "old", "red", "fine"),
    "carry": ("green", "wooden", "sturdy", "little", "creaky", "painted"),
    "float": ("blue", "narrow", "little", "wooden", "white"),
    "warm": ("woollen", "soft", "striped", "purple", "thick", "patched"),
    "shelter": ("yellow", "wide", "spotted", "enormous", "old"),
    "guide": ("folded", "faded", "curious", "precious", "fine"),
    "dig": ("heavy", "sharp", "steel", "trusty", "new"),
    "shiny": ("gleaming", "pretty", "ancient", "sparkling", "splendid"),
    "small": ("blue", "tiny", "lucky", "perfect", "pink", "speckled"),
    "fly": ("orange", "scarlet", "paper", "splendid", "light"),
    "read": ("beautiful", "dusty", "short", "secret", "wonderful"),
    "food": ("fresh", "sweet", "large", "delicious", "fine"),
    "brew": ("black", "dented", "copper", "tin", "cheerful"),
}

# Too large to hang in a tree or lie on a table.
BIG = frozenset(OBJECTS["carry"] + OBJECTS["float"] + ("ladder", "tent")) - {"basket"}

# "{hero} used it to ..." / "without it {hero} could not ...": bare infinitives.
PURPOSES = {
    "light": ("see the path at night", "read in bed after dark", "light the way home",
              "find the steps to the cellar"),
    "pull": ("reach the highest shelf", "bring up water from the well",
             "get things down from the apple tree"),
    "open": ("open the blue garden gate", "unlock the old pantry", "wind the hall clock"),
    "sound": ("play at the harvest dance", "call everyone to supper", "practise a tune for the fair"),
    "carry": ("take vegetables to market", "bring home firewood", "carry apples to the cider press"),
    "float": ("cross the lake", "visit the island", "drift along the stream on summer evenings"),
    "warm": ("keep warm on cold nights", "stay cosy in the garden", "wrap up on the long road to school"),
    "shelter": ("stay dry in the rain", "sit in the shade at noon", "go walking in any weather"),
    "guide": ("find the way through the hills", "plan long journeys", "explore the far valley"),
    "dig": ("work in the vegetable patch", "mend the garden path", "plant new trees"),
    "shiny": ("catch the light of the morning sun", "dress up for the parade",
              "remember a dear grandmother"),
    "small": ("bring good luck", "decorate the window", "remember a happy summer"),
    "fly": ("play on the windy hill", "wave to the ships", "watch the wind at work"),
    "read": ("learn something new each evening", "pass the rainy afternoons",
             "remember the old stories"),
    "food": ("share at the village feast", "make a proper supper", "surprise a hungry guest"),
    "brew": ("make tea for visitors", "cook soup on Sundays", "warm milk before bed"),
}

OBJECT_CLASS = {name: cls for cls, names in OBJECTS.items() for name in names}
OBJECT_NAMES = tuple(OBJECT_CLASS)

FOODS = (
    "bread and cheese", "plum jam", "pancakes", "mushroom soup", "gingerbread", "oat biscuits",
    "roasted chestnuts", "apple tart", "blackberry pie", "carrot stew", "honey cakes",
    "hot chocolate", "pea soup", "cinnamon buns", "baked potatoes", "strawberries and cream",
    "lemon pudding", "mint tea", "walnut bread", "cherry pie", "dumplings", "porridge",
)
FLOWERS = (
    "bluebells", "daisies", "primroses", "lavender", "poppies", "roses", "violets", "tulips",
    "foxgloves", "buttercups", "marigolds", "snowdrops", "honeysuckle", "lilies",
)
