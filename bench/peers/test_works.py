"""Tests of the works themselves on the processor, where torch is installed: every form against its reference, in small shapes.

What this version of torch lacks has a stand-in here that takes and refuses what the library does.
"""

import enum
import sys
import types
import unittest
import warnings
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

import timing
import worker
from lab import Form, Lab, Unknown, Work
from operations import WORKS, work_of
from test_peers import bench_row
from rows import parse_row

torch = worker.optional("torch")

ATTENTION = [(1, 4, 2, 33, 33, 16, 8, 2), (2, 2, 2, 17, 40, 16, 8, 1)]
CONVOLUTIONS = [(2, 3, 9, 8, 4, 3, 3, options) for options in (1, 2, 7)]
SHAPES = {
    "matmul": [(33, 17, 5), (16, 8, 24, 2)],
    "fused-product": [(33, 17, 5)],
    "gated-product": [(33, 17, 5), (4, 6, 3, 2)],
    "quantized-gemm": [(33, 24, 16)],
    "float8-gemm": [(33, 24, 16)],
    "block-scaled-gemm": [(40, 256, 512)],
    "conv2d": CONVOLUTIONS,
    "conv2d-input-gradient": CONVOLUTIONS,
    "conv2d-weight-gradient": CONVOLUTIONS,
    "attention": ATTENTION,
    "attention-gradient": ATTENTION,
    "flash-attention": [(1, 4, 2, 33, 33, 1, 1, 2)],
    "flash-attention-gradient": [(1, 4, 2, 33, 33, 1, 1, 2)],
    "sort": [(7, 100, 1, 2, 2), (3, 50, 4, 2, 2)],
    "top-k": [(5, 100, 1, 8), (3, 40, 2, 5)],
    "cumulative-sum": [(4, 100, 1), (2, 30, 5)],
    "histogram": [(5000, 16)],
    "embedding": [(50, 16, 3, 7)],
    "cross-entropy": [(30, 20)],
    "permute": [(4, 5, 6)],
}
ORDINARY = [(7, 129)]

# torch has the fused optimizers on the processor since 2.4, and products of 8-bit floats there refuse some forms.
MAY_REFUSE = ("torch fused", "torch scaled_mm")
MAY_BE_UNKNOWN = ("quantized-gemm", "float8-gemm", "block-scaled-gemm", "quantized-attention")


class WorksOf(unittest.TestCase):
    def setUp(self):
        self.lab = worker.make_lab(torch, "cpu")

    def check_forms(self, name, shape, type, variant="", may_refuse=MAY_REFUSE):
        """Gives the names of the forms whose results are right."""
        work = work_of(self.lab, parse_row(bench_row(name, type, variant, shape)))
        forms = work.forms + ([Form("compiled", work.compiled)] if work.compiled else [])
        right = []
        for form in forms:
            with self.subTest(operation=name, shape=shape, type=type, form=form.name):
                if self.check(work, form, may_refuse):
                    right.append(form.name)
        return right

    def check(self, work, form, may_refuse):
        inputs = work.inputs()
        expected = work.expected(inputs)
        try:
            with form.around():
                prepared = form.prepare(*inputs)
                # A form is called many times on what has been prepared once; a step changes what it is called on.
                output = [form.run(*prepared) for _ in range(1 if "fused" in form.name or "foreach" in form.name or form.name == "compiled" else 2)][-1]
        except (RuntimeError, TypeError):
            self.assertTrue(form.name.startswith(may_refuse), form.name)
            return False
        self.assertLessEqual(work.error(self.lab, output, expected), work.limit(self.lab))
        return True


@unittest.skipIf(torch is None, "torch is not installed")
class Works(WorksOf):
    def test_every_form_gives_what_the_reference_gives(self):
        for name in WORKS:
            for shape in SHAPES.get(name, ORDINARY):
                for type in ("f32", "f64"):
                    try:
                        self.check_forms(name, shape, type)
                    except Unknown as reason:
                        self.assertIn(name, MAY_BE_UNKNOWN, reason)

    def test_16_bits_are_enough_for_their_tolerance(self):
        for name in ("softmax-gradient", "layer-norm-gradient", "rms-norm-gradient", "rms-norm", "dropout"):
            self.assertTrue(self.check_forms(name, (64, 257), "bf16"))

    def test_dropout_is_judged_by_what_is_left_and_how_much(self):
        work = work_of(self.lab, parse_row(bench_row("dropout", shape=(64, 64))))
        inputs = work.inputs()
        expected = work.expected(inputs)
        kept = torch.rand(64, 64) < 0.6
        self.assertLess(work.error(self.lab, expected * kept, expected), 1e-9)
        for wrong in (expected, inputs[0] * kept, expected * (torch.rand(64, 64) < 0.5), expected[:1]):
            self.assertFalse(work.error(self.lab, wrong, expected) <= 1e-5)

    def test_what_is_wrong_or_not_finite_has_no_time(self):
        run = worker.Run(self.lab, timing.ProcessorClock(), cache_bytes=1)
        row = parse_row(bench_row())
        self.lab.take(row)
        wrong = {"off": lambda x: x * 1.00003, "nan": lambda x: x / 0 * 0, "short": lambda x: x[:1], "raises": lambda x: x.nothing}
        work = Work(inputs=lambda: (self.lab.uniform((4, 4)),), forms=[Form(name, run) for name, run in wrong.items()], reference=lambda x: x)
        entry, heard = {"peers": {}}, []
        run._compete(row, work, work.forms, entry, heard.append)
        self.assertEqual(set(wrong), set(entry["peers"]))
        self.assertEqual([*wrong, None, None], heard)
        self.assertTrue(all(list(said) == ["failed"] for said in entry["peers"].values()), entry)

    def test_a_row_has_times_or_reasons(self):
        run = worker.Run(self.lab, timing.ProcessorClock(), cache_bytes=1)
        entry = {"peers": {}}
        self.assertIsNone(run.begin(parse_row(bench_row("attention", shape=ATTENTION[0])), entry, False, {"sdpa flash": "it hung"}, lambda now: None))
        self.assertIn("milliseconds", entry["peers"]["torch"])
        self.assertEqual(1, entry["sets"])
        entry = {"peers": {}}
        run.begin(parse_row(bench_row("quantized-attention")), entry, False, {}, lambda now: None)
        self.assertEqual({"peers": {}, "unknown": "torch has no attention of 8-bit floats"}, entry)

    def test_a_process_that_a_form_has_spoilt_names_it(self):
        run = worker.Run(self.lab, timing.ProcessorClock(), cache_bytes=1)
        run.is_healthy = lambda: False
        entry = {"peers": {}}

        def fault(x):
            warnings.warn("it was warned of (Triggered internally at x.cpp:1.)\nat length")
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

        work = Work(inputs=lambda: (self.lab.uniform((4, 4)),), forms=[Form("torch", torch.exp), Form("bad", fault), Form("more", torch.exp)], reference=torch.exp)
        with mock.patch.object(worker, "work_of", lambda lab, row: work):
            self.assertEqual("bad", run.begin(parse_row(bench_row()), entry, False, {}, lambda now: None))
        self.assertEqual(["torch", "bad"], list(entry["peers"]))
        self.assertEqual("RuntimeError: CUDA error: an illegal memory access was encountered | it was warned of", entry["peers"]["bad"]["failed"])


class Newer(types.ModuleType):
    """torch with what a newer one has; 8-bit floats are kept in 16 bits."""

    def __init__(self):
        super().__init__("torch")
        self.float8_e4m3fn = self.float8_e5m2 = torch.float16

    def __getattr__(self, name):
        return getattr(torch, name)

    @staticmethod
    def _int_mm(a, b):
        m, k, n = *a.shape, b.shape[1]
        if a.dtype != torch.int8 or m <= 16 or k % 8 or n % 8:
            raise RuntimeError(f"no product of {a.dtype} {m}x{n}x{k}")
        return a.to(torch.int32) @ b.to(torch.int32)

    @staticmethod
    def _scaled_mm(a, b, scale_a, scale_b, bias=None, scale_result=None, out_dtype=None, use_fast_accum=False):
        (m, k), n = a.shape, b.shape[1]
        if b.stride(0) != 1 or scale_a.dtype != torch.float32 or scale_b.dtype != torch.float32:
            raise RuntimeError("b lies by columns, scales are float32")
        if bias is not None and (out_dtype == torch.float32 or bias.dtype != out_dtype):
            raise RuntimeError("a bias has the type of a result of 16 bits")
        a, b = a.double(), b.double()
        if scale_a.numel() == scale_b.numel() == 1 or (scale_a.shape, scale_b.shape) == ((m, 1), (1, n)):
            y = a @ b * (scale_a * scale_b)
        elif (scale_a.shape, scale_b.shape) == ((m, k // 128), (k // 128, n // 128)):
            if scale_a.stride() != (1, m) or scale_b.stride(0) != 1 or use_fast_accum:
                raise RuntimeError("scales lie by columns")
            y = (a * scale_a.repeat_interleave(128, 1)) @ (b * scale_b.repeat_interleave(128, 0).repeat_interleave(128, 1))
        else:
            raise RuntimeError("invalid scaling configuration")
        return (y + (0 if bias is None else bias)).to(out_dtype)


class Backend(enum.Enum):
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    MATH = 3


@unittest.skipIf(torch is None, "torch is not installed")
class WorksOfNewerVersions(WorksOf):
    def setUp(self):
        self.lab = Lab(Newer(), "cpu")

    def test_products_of_8_bits(self):
        everything = ["torch scaled_mm", "torch scaled_mm of rows", "torch scaled_mm fast", "torch scaled_mm fast of rows"]
        for type in ("f32", "bf16", "f16"):
            self.assertEqual(["torch int_mm", "compiled"], self.check_forms("quantized-gemm", (33, 24, 16), type, may_refuse=()))
            names = everything + [f"{name} without bias" for name in everything if type == "f32"]
            self.assertEqual(names, self.check_forms("float8-gemm", (33, 24, 16), type, may_refuse=()))
            self.assertEqual(["torch scaled_mm", "torch scaled_mm without bias"], self.check_forms("block-scaled-gemm", (40, 256, 512), type, "e5m2-e4m3", may_refuse=()))

    def test_a_refusal_is_a_reason(self):
        run = worker.Run(self.lab, timing.ProcessorClock(), cache_bytes=1)
        entry = {"peers": {}}
        run.begin(parse_row(bench_row("quantized-gemm", shape=(8, 24, 16))), entry, False, {}, lambda now: None)
        self.assertEqual({"torch int_mm": {"failed": "RuntimeError: no product of torch.int8 8x24x16"}}, entry["peers"])

    def test_attention_by_each_backend(self):
        chosen = []

        @contextmanager
        def choose(backend):
            chosen.append(backend)
            yield
            chosen.pop()

        def attention(q, k, v, is_causal, enable_gqa=False):
            if len(chosen) != 1 or (chosen[0] is Backend.EFFICIENT_ATTENTION and enable_gqa):
                raise RuntimeError("no available kernel")
            group = q.shape[1] // k.shape[1]
            if (group > 1) != enable_gqa:
                raise RuntimeError("heads differ")
            k, v = (tensor.repeat_interleave(group, 1) for tensor in (k, v))
            scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
            if is_causal:
                scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -float("inf"))
            return torch.softmax(scores, -1) @ v

        module = types.ModuleType("torch.nn.attention")
        module.SDPBackend, module.sdpa_kernel = Backend, choose
        functional = torch.nn.functional
        with mock.patch.dict(sys.modules, {"torch.nn.attention": module}), mock.patch.object(functional, "scaled_dot_product_attention", attention, create=True):
            for name in ("attention", "attention-gradient"):
                of_groups = self.check_forms(name, ATTENTION[0], "f32", may_refuse=())
                alone = self.check_forms(name, ATTENTION[1], "f32", may_refuse=())
                rest = ["sdpa math"] if name == "attention" else []
                self.assertEqual(["torch", "sdpa flash", "sdpa flash grouped", "sdpa efficient", *rest], of_groups)
                self.assertEqual(["torch", "sdpa flash", "sdpa efficient", *rest], alone)
            work = work_of(self.lab, parse_row(bench_row("attention", shape=ATTENTION[0])))
            self.assertEqual(["sdpa cudnn"], list(work.absent))


if __name__ == "__main__":
    unittest.main()
