"""Who can be in a story: kinds, names, trades."""

# kind -> "f", "m" or "" (either). The article is worked out by grammar.article().
ANIMALS = (
    "fox hare owl bear mouse badger otter hedgehog crow deer duck goose cat dog goat lamb pony "
    "frog squirrel mole beaver wolf turtle rabbit robin sparrow donkey pig hen toad heron lion "
    "elephant monkey penguin seal swan weasel magpie snail"
).split()
PEOPLE = {
    "girl": "f", "boy": "m", "princess": "f", "prince": "m", "witch": "f", "wizard": "m",
    "knight": "", "giant": "", "pirate": "", "sailor": "", "shepherd": "", "gardener": "",
    "inventor": "", "painter": "", "dragon": "", "robot": "", "queen": "f", "king": "m",
}
KINDS = tuple(ANIMALS) + tuple(PEOPLE)

NAMES = {
    "f": (
        "Ada Alma Anna Bella Bertha Clara Daisy Dora Edith Ella Elsie Emma Fern Flora Greta Hazel "
        "Hilda Ida Ivy Juno Lily Lottie Lucy Mabel Maya Mina Molly Nell Nora Olive Pearl Penny "
        "Poppy Rosa Ruby Sadie Tilda Tina Willow Wren"
    ).split(),
    "m": (
        "Alfie Archie Arlo Barney Ben Bruno Caleb Conrad Dan Edgar Edwin Felix Finn Fred George "
        "Gus Hamish Harry Henry Hugo Ivan Jack Jonah Kit Leo Leon Milo Ned Oliver Oscar Otto "
        "Perry Ralph Robin Rory Sam Theo Toby Tom Walter"
    ).replace("Robin ", "").split(),
}

PRONOUNS = {
    "f": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "m": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
}

# Older folk who teach, judge or advise: noun, gender.
ELDERS = (
    ("miller", "m"), ("baker", "m"), ("weaver", "f"), ("ferryman", "m"), ("blacksmith", "m"),
    ("beekeeper", "f"), ("schoolmistress", "f"), ("carpenter", "m"), ("potter", "f"),
    ("clockmaker", "m"), ("midwife", "f"), ("mayor", "m"), ("librarian", "f"), ("innkeeper", "f"),
    ("fisherman", "m"), ("tailor", "m"), ("cobbler", "m"), ("seamstress", "f"), ("doctor", "f"),
    ("lighthouse keeper", "m"),
)

# What the hero loves to do: a phrase after "loved".
PASTIMES = (
    "to sing in the early morning", "collecting smooth pebbles", "to climb tall trees",
    "old songs and new jokes", "drawing clouds", "to count the stars", "baking honey cakes",
    "telling riddles", "to watch the trains go by", "warm toast with plenty of butter",
    "long walks in the rain", "making paper boats", "to whistle on the way home",
    "planting seeds and waiting", "picking blackberries", "to listen to the rain on the roof",
    "dancing when nobody was watching", "inventing new soups", "to chase falling leaves",
    "reading beside the fire", "skating on the frozen pond", "learning the names of flowers",
)

# Two warm words for a friend: used as "a {quality} {kind}".
QUALITIES = (
    "patient gentle cheerful clever thoughtful lively quiet merry sensible honest loyal bold "
    "polite curious sleepy tidy graceful plump tiny stout witty dignified freckled".split()
)

# How a stranger looks at first sight.
LOOKS = (
    "thin ragged weary grey lame shy dusty one-eyed limping foreign lonely scruffy muddy bony".split()
)
