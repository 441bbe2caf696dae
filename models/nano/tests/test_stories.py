"""The generator: determinism, grammar, requests, vocabulary.

    python -m unittest discover -s models/nano/tests
"""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stories import document, documents
from stories import characters, places, things
from stories.corpus import tell
from stories.drills import drill
from stories.plots import PLOTS
from stories.recorder import Recorder
from stories.story import Request

STORIES = [document("train", i, "plain") for i in range(1500)]
CHATS = [document("train", i, "chat") for i in range(1500)]


def words(text):
    return re.findall(r"[a-z]+(?:['-][a-z]+)*", text.lower())


class Determinism(unittest.TestCase):
    def test_same_seed_same_document(self):
        self.assertEqual(document("train", 7), document("train", 7))

    def test_index_form_and_split_change_the_document(self):
        texts = {document(s, i, "plain").text for s in ("train", "heldout") for i in range(200)}
        self.assertEqual(len(texts), 400)

    def test_heldout_is_not_in_train(self):
        train = {d.text for d in STORIES}
        self.assertFalse(train & {d.text for d in documents("heldout", 200, "plain")})


class Prose(unittest.TestCase):
    def test_no_slot_or_choice_is_left(self):
        for doc in STORIES:
            self.assertNotRegex(doc.text, r"[{}\[\]|]")

    def test_articles(self):
        for doc in STORIES:
            self.assertNotRegex(doc.text, r"\b[Aa] (?!one-)[aeio]\w", doc.text)
            self.assertNotRegex(doc.text, r"\b[Aa]n (?!hon|hour)[^aeiouAEIOU]", doc.text)

    def test_punctuation(self):
        for doc in STORIES:
            self.assertNotRegex(doc.text, r"  |\.\.|,,| [,.!?]|[?!][.,]|[.,][?!]", doc.text)
            self.assertEqual(doc.text.count('"') % 2, 0, doc.text)

    def test_sentences_begin_with_a_capital(self):
        for doc in STORIES:
            self.assertNotRegex(doc.text, r"(?:^|\n\n|\. )\"?[a-z]", doc.text)

    def test_length(self):
        lengths = [len(doc.text.split()) for doc in STORIES]
        self.assertGreater(min(lengths), 100)
        self.assertLess(max(lengths), 330)

    def test_vocabulary(self):
        forms = {w for doc in STORIES for w in words(doc.text)}
        self.assertGreaterEqual(len(forms), 1500)


class Drills(unittest.TestCase):
    def test_deterministic_and_filled(self):
        for i in range(300):
            self.assertEqual(drill(i), drill(i))
            parts = [drill(i)] if isinstance(drill(i), str) else [m["content"] for m in drill(i)]
            for part in parts:
                self.assertNotRegex(part, r"[{}\[\]|]")


class Requests(unittest.TestCase):
    def test_every_plot_keeps_to_the_request(self):
        for plot in PLOTS:
            for seed in range(40):
                recorder = Recorder(f"{plot}:{seed}")
                wish = Request(kind=recorder.pick(characters.KINDS), obj=recorder.pick(things.OBJECT_NAMES),
                               place=recorder.pick(places.PLACES)["key"], plot=plot)
                story = tell(recorder, wish)
                text = story.text()
                self.assertIn(wish.kind, text)
                self.assertGreaterEqual(text.count(wish.obj), 2, text)
                self.assertIn(next(p["intro"] for p in places.PLACES if p["key"] == wish.place).lower(),
                              text.lower())
                self.assertTrue(story.moral and story.helper and story.after)
                self.assertIn(story.moral, text)

    def test_friend_and_name(self):
        for plot in PLOTS:
            text = tell(Recorder(plot), Request(kind="goat", name="Nell", gender="f", plot=plot)).text()
            self.assertIn("Nell", text)

    def test_characters_differ(self):
        for seed in range(300):
            facts = tell(Recorder(seed), Request(plot="lost")).facts
            self.assertNotEqual(facts["kind"], facts["fkind"])
            self.assertNotEqual(facts["hero"], facts["friend"])

    def test_chats_alternate(self):
        for doc in CHATS:
            roles = [m["role"] for m in doc.messages if m["role"] != "system"]
            self.assertEqual(roles, ["user", "assistant"] * (len(roles) // 2))
            for message in doc.messages:
                self.assertNotRegex(message["content"], r"[{}\[\]|]")


if __name__ == "__main__":
    unittest.main()
