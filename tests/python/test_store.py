# SPDX-License-Identifier: LGPL-2.1-or-later
"""The store as a user of the bindings meets it."""

import os
import sqlite3
import tempfile
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SAMPLE = os.path.join(os.environ["BALANCE_SOURCE_DIR"], "examples", "data")


class StoreTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "county.balance")
        reader = Balance.Reader.new(None, None, False)
        names = ["sample-county.csv", "sample-county-facts.csv"]
        self.data = reader.read([os.path.join(SAMPLE, name) for name in names], None, None)

    def make(self):
        store = Balance.Store.open(self.path, Balance.StoreMode.CREATE)
        self.assertTrue(store.put(self.data, 0, Balance.StorePutMode.ADD, None, None))
        return store

    def json(self, census):
        standard = Balance.Standard.lookup("cn-2017-quality")
        evaluator = Balance.Evaluator.new_full(standard, "2024-09-01", Balance.Concessions.AUTO, None, None, 1)
        evaluation = evaluator.evaluate(census, None, None)
        stream = Gio.MemoryOutputStream.new_resizable()
        evaluation.write_json(stream, None)
        stream.close(None)
        return evaluation, stream.steal_as_bytes().get_data()

    def test_years_and_facts(self):
        store = self.make()
        self.assertEqual(store.get_years(), [2024])
        census = store.read_census(2024, None)
        self.assertEqual(self.json(census)[1], self.json(self.data.get_census())[1])
        sources = store.list_sources().unpack()
        self.assertEqual([os.path.basename(s["file"]) for s in sources], ["sample-county.csv", "sample-county-facts.csv"])
        self.assertEqual(len(sources[0]["digest"]), 64)
        self.assertEqual(len(store.get_problems(2024)), len(self.data.get_problems()))

    def test_without_digests(self):
        reader = Balance.Reader(digests=False)
        self.assertFalse(reader.get_digests())
        self.assertTrue(Balance.Reader.new(None, None, False).get_digests())
        with_digests = self.json(self.data.get_census())[1]
        self.data = reader.read([os.path.join(SAMPLE, name) for name in ("sample-county.csv", "sample-county-facts.csv")], None, None)
        store = self.make()
        sources = store.list_sources().unpack()
        self.assertEqual([os.path.basename(s["file"]) for s in sources], ["sample-county.csv", "sample-county-facts.csv"])
        self.assertFalse(any("digest" in s for s in sources))
        census = store.read_census(2024, None)
        evaluation, json = self.json(census)
        self.assertEqual(json, with_digests)
        kept = store.list_evaluations().unpack() if store.save_evaluation(evaluation, None, None) else []
        self.assertEqual([e["facts_are_current"] for e in kept], [1])

    def test_evaluation(self):
        store = self.make()
        evaluation, json = self.json(store.read_census(2024, None))
        number = store.save_evaluation(evaluation, None, None)
        kept = store.list_evaluations().unpack()
        self.assertEqual([e["evaluation"] for e in kept], [number])
        self.assertEqual(kept[0]["verdict"], "unmet")
        self.assertEqual(store.read_standard(number).get_id(), "cn-2017-quality")
        with sqlite3.connect(self.path) as other:
            n, = other.execute("SELECT count(*) FROM v_verdicts WHERE requirement = 'R3' AND verdict = 'unmet'").fetchone()
        self.assertGreater(n, 0)

    def test_errors(self):
        with self.assertRaises(GLib.Error) as caught:
            Balance.Store.open(self.path, Balance.StoreMode.READ)
        self.assertTrue(caught.exception.matches(Balance.Error.quark(), Balance.Error.NOT_FOUND))
        store = self.make()
        with self.assertRaises(GLib.Error) as caught:
            store.put(self.data, 0, Balance.StorePutMode.ADD, None, None)
        self.assertTrue(caught.exception.matches(Balance.Error.quark(), Balance.Error.EXISTS))


if __name__ == "__main__":
    unittest.main()
