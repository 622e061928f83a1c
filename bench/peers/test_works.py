"""Tests of the works themselves on the processor, where torch is installed: every form against its reference, in small shapes."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import peers
import timing
from lab import TOLERANCES, Form, Work, error_of
from operations import WORKS, work_of
from test_peers import bench_row
from rows import parse_row

torch = peers.optional("torch")

SHAPES = {
    "matmul": [(33, 17, 5), (16, 8, 24, 2)],
    "fused-product": [(33, 17, 5)],
    "conv2d": [(2, 3, 9, 8, 4, 3, 3, options) for options in (1, 2, 7)],
    "attention": [(1, 4, 2, 33, 33, 16, 8, 2), (2, 2, 2, 17, 40, 16, 8, 1)],
    "flash-attention": [(1, 4, 2, 33, 33, 1, 1, 2)],
    "sort": [(7, 100, 1, 2, 2), (3, 50, 4, 2, 2)],
    "top-k": [(5, 100, 1, 8), (3, 40, 2, 5)],
    "cumulative-sum": [(4, 100, 1), (2, 30, 5)],
    "histogram": [(5000, 16)],
    "embedding": [(50, 16, 3, 7)],
    "cross-entropy": [(30, 20)],
    "permute": [(4, 5, 6)],
}
ORDINARY = [(7, 129)]

# torch has the fused optimizers on the processor since 2.4.
MAY_REFUSE = {"torch fused"}


@unittest.skipIf(torch is None, "torch is not installed")
class Works(unittest.TestCase):
    def setUp(self):
        self.lab = peers.make_lab(torch, "cpu")

    def test_every_form_gives_what_the_reference_gives(self):
        for name in WORKS:
            for shape in SHAPES.get(name, ORDINARY):
                for type in ("f32", "f64"):
                    work = work_of(self.lab, parse_row(bench_row(name, type, shape=shape)))
                    for form in work.forms + ([Form("compiled", work.compiled)] if work.compiled else []):
                        with self.subTest(operation=name, shape=shape, type=type, form=form.name):
                            self.check(work, form, type)

    def check(self, work, form, type):
        inputs = work.inputs()
        expected = work.reference(*(tensor.double() if tensor.is_floating_point() else tensor for tensor in inputs))
        try:
            output = form.run(*form.prepare(*inputs))
        except (RuntimeError, TypeError):
            self.assertIn(form.name, MAY_REFUSE)
            return
        self.assertLessEqual(error_of(self.lab, output, expected), work.tolerance or TOLERANCES[type])

    def test_what_is_wrong_or_not_finite_has_no_time(self):
        run = peers.Run(self.lab, timing.ProcessorClock(), end=0, cache_bytes=1)
        self.lab.take(parse_row(bench_row()))
        wrong = {"off": lambda x: x * 1.00003, "nan": lambda x: x / 0 * 0, "short": lambda x: x[:1], "raises": lambda x: x.nothing}
        work = Work(inputs=lambda: (self.lab.uniform((4, 4)),), forms=[Form(name, run) for name, run in wrong.items()], reference=lambda x: x)
        inputs, said = work.inputs(), {}
        run._compete(work, work.forms, inputs, inputs[0].double(), [inputs], said)
        self.assertEqual(set(wrong), set(said))
        self.assertTrue(all(list(entry) == ["failed"] for entry in said.values()), said)


if __name__ == "__main__":
    unittest.main()
