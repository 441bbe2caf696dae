"""The account of -ln p, on grammars whose entropy is known in closed form."""

import math
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stories import document
from stories.grammar import article, expand, parse
from stories.recorder import Recorder


def no_slots(name):
    raise KeyError(name)


class Entropy(unittest.TestCase):
    def test_uniform_choices_add_up(self):
        recorder = Recorder(1)
        expand("[a|b|c] [d|e]", recorder, no_slots)
        self.assertAlmostEqual(recorder.nats, math.log(6))

    def test_a_nested_choice_costs_only_where_it_is_taken(self):
        seen = {}
        for seed in range(200):
            recorder = Recorder(seed)
            text = expand("[x|[a|b|c]y]", recorder, no_slots)
            seen[text] = recorder.nats
        self.assertAlmostEqual(seen["x"], math.log(2))
        for text in ("ay", "by", "cy"):
            self.assertAlmostEqual(seen[text], math.log(6))

    def test_mean_nats_is_the_entropy_of_the_text(self):
        template, nats, texts, n = "[x|[a|b|c]y]", 0.0, Counter(), 20000
        for seed in range(n):
            recorder = Recorder(seed)
            texts[expand(template, recorder, no_slots)] += 1
            nats += recorder.nats
        closed = 0.5 * math.log(2) + 0.5 * math.log(6)
        observed = -sum(c / n * math.log(c / n) for c in texts.values())
        self.assertAlmostEqual(nats / n, closed, delta=0.02)
        self.assertAlmostEqual(observed, closed, delta=0.02)

    def test_flip(self):
        recorder = Recorder(3)
        hit = recorder.flip(0.2)
        self.assertAlmostEqual(recorder.nats, -math.log(0.2 if hit else 0.8))

    def test_weighted(self):
        table = (("a", 1), ("b", 3))
        counts = Counter()
        for seed in range(4000):
            recorder = Recorder(seed)
            value = recorder.weighted(table)
            counts[value] += 1
            self.assertAlmostEqual(recorder.nats, -math.log({"a": 0.25, "b": 0.75}[value]))
        self.assertAlmostEqual(counts["b"] / 4000, 0.75, delta=0.03)

    def test_order_counts_a_permutation(self):
        recorder = Recorder(5)
        self.assertEqual(sorted(recorder.order("abcd")), list("abcd"))
        self.assertAlmostEqual(recorder.nats, math.log(24))

    def test_one_option_is_free(self):
        recorder = Recorder(5)
        recorder.pick(("only",))
        self.assertEqual(recorder.nats, 0.0)

    def test_documents_carry_their_nats(self):
        self.assertGreater(document("train", 0, "plain").nats, 20)


class Grammar(unittest.TestCase):
    def test_equal_options_are_refused(self):
        with self.assertRaises(ValueError):
            parse("[a|b|a]")

    def test_unclosed_choice(self):
        with self.assertRaises(ValueError):
            parse("[a|b")

    def test_article(self):
        for phrase, want in (("owl", "an owl"), ("unicorn", "a unicorn"), ("umbrella", "an umbrella"),
                             ("honest fox", "an honest fox"), ("one-eyed cat", "a one-eyed cat")):
            self.assertEqual(article(phrase), want)

    def test_slots(self):
        values = {"kind": "owl", "hero": "ann"}
        self.assertEqual(expand("{A kind}: {Hero}, {a kind}", Recorder(0), values.__getitem__),
                         "An owl: Ann, an owl")


if __name__ == "__main__":
    unittest.main()
