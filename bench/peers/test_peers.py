"""Tests of what needs nothing but Python: reading rows, the roofs, the table, the picture, the clockwork, the names, the supervisor.

    python3 -m unittest discover -s bench/peers
"""

import contextlib
import io
import json
import re
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import peers
import report
import roofline
import supervisor
import timing
from lab import Lab, Unknown
from operations import WORKS, work_of
from roofs import Roofs, find_roofs
from rows import parse_row, read_bench, read_failures

CASES = Path(__file__).parents[2] / "src" / "CudaKernels.Catalog" / "Cases"

# The operations that a comparison is asked for.
WANTED = """matmul softmax log-softmax layer-norm rms-norm gelu silu add exp sum transpose permute cumulative-sum sort top-k histogram
    attention flash-attention conv2d adam cross-entropy embedding flash-attention-gradient attention-gradient quantized-gemm float8-gemm
    block-scaled-gemm conv2d-input-gradient conv2d-weight-gradient gated-product layer-norm-gradient rms-norm-gradient softmax-gradient
    multi-tensor-adam multi-tensor-adamw dropout quantized-attention""".split()


def bench_row(operation="softmax", type="f32", variant="", shape=(4096, 4096), milliseconds=0.05, bytes=128e6, flops=80e6, share=0.9, limit="copy", peers=()):
    return {
        "operation": operation,
        "type": type,
        "variant": variant,
        "shape": list(shape),
        "threads": None,
        "milliseconds": milliseconds,
        "gigabytesPerSecond": bytes / milliseconds / 1e6,
        "teraflopsPerSecond": flops / milliseconds / 1e9,
        "limitShare": share,
        "limit": limit,
        "allocatedBytes": 0,
        "peers": dict(peers),
    }


PRODUCT = bench_row("matmul", "bf16", "wgmma", (2048, 2048, 2048), 0.03, 25e6, 17.2e9, None, None, {"cublas": 0.9})


def peers_report(**measured):
    entry = {"operation": "softmax", "type": "f32", "precision": "f32", "shape": [4096, 4096], "peers": measured}
    return {"name": "GPU", "date": "today", "command": "peers.py", "versions": {"torch": "2", "cupy": None}, "cacheBytes": 50e6, "limits": {}, "rows": [entry]}


class Rows(unittest.TestCase):
    def test_bytes_flops_and_the_limit_come_back_from_rates_and_shares(self):
        row = parse_row(bench_row())
        self.assertAlmostEqual(row.bytes, 128e6)
        self.assertAlmostEqual(row.flops, 80e6)
        self.assertAlmostEqual(row.limit_milliseconds, 0.045)
        self.assertTrue(row.is_memory_bound)
        self.assertFalse(parse_row(PRODUCT).is_memory_bound)

    def test_variants_of_one_precision_are_one_thing_to_compute(self):
        keys = {variant: parse_row(bench_row("matmul", variant=variant)).key for variant in ("simt", "cublas", "tf32", "tf32x3")}
        self.assertEqual(keys["simt"], keys["cublas"])
        self.assertEqual(keys["simt"], keys["tf32x3"])
        self.assertNotEqual(keys["simt"], keys["tf32"])

    def test_every_tile_of_tf32_is_tf32(self):
        rows = {variant: parse_row(bench_row("matmul", variant=variant)) for variant in ("wgmma-tf32", "wgmma-cluster-tf32", "wgmma-tf32-split-k", "wgmma-tf32x3", "wgmma-narrow-tf32x3")}
        self.assertEqual(["tf32", "tf32", "tf32", "f32", "f32"], [row.precision for row in rows.values()])
        self.assertEqual(["tf32", "tf32", "tf32", "tf32x3", "tf32x3"], [row.unit for row in rows.values()])

    def test_formats_of_8_bit_floats_are_things_of_their_own(self):
        rows = [parse_row(bench_row("block-scaled-gemm", "bf16", variant)) for variant in ("", "wgmma", "e5m2-wgmma", "e5m2-e4m3-tensor-core")]
        self.assertEqual(["bf16", "bf16", "e5m2", "e5m2-e4m3"], [row.precision for row in rows])
        self.assertEqual({"f8"}, {row.unit for row in rows})
        self.assertEqual("i8", parse_row(bench_row("quantized-gemm", "f32", "wgmma")).unit)

    def test_a_document_and_an_array_of_them_are_read_alike(self):
        document = {"device": "cuda:0", "name": "GPU", "rows": [bench_row()]}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.json"
            for content, count in ((document, 1), ([document, document], 2)):
                path.write_text(json.dumps(content))
                name, rows = read_bench(path)
                self.assertEqual(("GPU", count), (name, len(rows)))
            path.write_text("[]")
            self.assertRaises(ValueError, read_bench, path)

    def test_what_has_computed_something_wrong_has_no_time(self):
        wrong = bench_row("exp") | {"milliseconds": None, "gigabytesPerSecond": None, "teraflopsPerSecond": None, "failed": "element 3"}
        spoilt = bench_row("matmul", variant="simt") | {"failed": None, "failedPeers": {"cublas": "element 4"}}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.json"
            path.write_text(json.dumps({"device": "cuda:0", "name": "GPU", "rows": [wrong, spoilt]}))
            self.assertEqual(["matmul"], [row.operation for row in read_bench(path)[1]])
            failures = read_failures(path)
        self.assertEqual([("ours", "element 3", "exp f32 4096x4096"), ("cublas", "element 4", "matmul simt f32 4096x4096")], failures)
        text = report.table("GPU", [], peers_report(), Roofs(), failures)
        self.assertIn("- ours: element 3 (exp f32 4096x4096)", text)


class RoofsOfRows(unittest.TestCase):
    rows = [parse_row(bench_row()), parse_row(PRODUCT)]
    limits = {"copyGigabytesPerSecond": 9.0, "productTeraflopsPerSecond": {"bf16": 700.0, "tf32": 300.0}}

    def test_the_bench_comes_before_the_libraries(self):
        roofs = find_roofs(self.rows, self.limits)
        self.assertAlmostEqual(roofs.gigabytes_per_second, 128e6 / 0.045 / 1e6)
        self.assertEqual(roofs.teraflops_per_second, {"bf16": 700.0, "tf32": 300.0, "tf32x3": 100.0})

    def test_what_is_given_comes_first(self):
        roofs = find_roofs(self.rows, self.limits, bandwidth=1000, teraflops={"bf16": 1000})
        limit, name = roofs.limit_of(self.rows[0])
        self.assertEqual("memory", name)
        self.assertAlmostEqual(limit, 0.128)
        self.assertAlmostEqual(roofs.limit_of(self.rows[1])[0], 0.025)

    def test_a_product_in_a_type_without_a_roof_has_no_limit(self):
        self.assertEqual((None, None), Roofs(1000.0).limit_of(self.rows[1]))

    def test_split_operands_stand_under_a_third_of_tf32(self):
        self.assertEqual("tf32x3", parse_row(bench_row("matmul", variant="split-k")).unit)
        self.assertEqual("bf16", parse_row(bench_row("matmul", "bf16", "split-k")).unit)


class Table(unittest.TestCase):
    def test_a_row_names_the_fastest_peer_and_its_factor(self):
        measured = peers_report(torch={"milliseconds": 0.1}, triton={"milliseconds": 0.04}, cupy={"missing": "not installed"})
        text = report.table("GPU", [parse_row(bench_row())], measured, Roofs())
        self.assertIn("| softmax | f32 | 4096x4096 | 0.05 | triton | 0.80x | torch 0.1 (2.00x), triton 0.04 (0.80x) | 90% copy |", text)
        self.assertIn("- cupy: not installed (softmax f32 4096x4096)", text)

    def test_the_bench_s_own_peers_and_rows_that_nobody_else_measured_stand_there_too(self):
        text = report.table("GPU", [parse_row(PRODUCT), parse_row(bench_row("fold"))], peers_report(), Roofs())
        self.assertIn("cublas 0.027 (0.90x)", text)
        self.assertIn("| fold | f32 | 4096x4096 | 0.05 | none |", text)

    def test_a_row_that_the_cache_may_hold_is_marked(self):
        rows = [parse_row(bench_row(shape=(1, size), bytes=size)) for size in (99e6, 101e6)]
        text = report.table("GPU", rows, peers_report(), Roofs())
        self.assertIn("| 1x99000000.0 | 0.05 † |", text)
        self.assertIn("| 1x101000000.0 | 0.05 |", text)
        cold = parse_row(bench_row(shape=(1, 7), bytes=7) | {"l2": "cold"})
        self.assertIn("| 1x7 | 0.05 |", report.table("GPU", [cold], peers_report(), Roofs()))

    def test_an_unknown_row_says_why(self):
        measured = peers_report()
        measured["rows"][0]["unknown"] = "no peer for it"
        self.assertIn("- all: no peer for it", report.table("GPU", [], measured, Roofs()))

    def test_a_roof_is_a_type_and_a_number(self):
        self.assertEqual(("bf16", 989.0), report.roof("bf16=989"))
        for wrong in ("bf16", "bf16=", "bf16=fast", "bf16=-1"):
            self.assertRaises(report.argparse.ArgumentTypeError, report.roof, wrong)


class Picture(unittest.TestCase):
    def test_every_row_with_flops_has_a_dot_below_its_roof_and_a_line_of_the_legend(self):
        rows = [parse_row(row) for row in (bench_row(), PRODUCT, bench_row("transpose", flops=0))]
        root = xml.fromstring(roofline.draw("GPU <1>", rows, find_roofs(rows, RoofsOfRows.limits)))
        texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("1  softmax f32 4096x4096: 1.6 TFLOP/s", texts)
        self.assertIn("2  matmul wgmma bf16 2048x2048x2048: 573.3 TFLOP/s", texts)
        self.assertIn("1 rows do no FLOPs and have no place here", texts)
        dots = list(root.iter("{http://www.w3.org/2000/svg}circle"))
        self.assertEqual(4, len(dots))
        for dot in dots:
            self.assertTrue(0 <= float(dot.get("cx")) <= float(root.get("width")))
            self.assertTrue(0 <= float(dot.get("cy")) <= float(root.get("height")))

    def test_no_rows_make_a_picture_that_says_so(self):
        self.assertIn("no row has FLOPs", roofline.draw("GPU", [], Roofs()))

    def test_a_power_of_ten_lies_on_a_line_of_the_grid(self):
        scale = roofline.Scale([0.5, 200], 0, 400)
        self.assertEqual([0, 100, 200, 300, 400], [scale.place(10.0**power) for power in scale.powers])


class Clockwork(unittest.TestCase):
    def test_buffers_are_more_than_twice_the_cache(self):
        self.assertEqual(1, timing.count_of_sets(128, 50, True))
        self.assertEqual(3, timing.count_of_sets(50, 50, True))
        self.assertEqual(1, timing.count_of_sets(1, 50, False))
        self.assertEqual(timing.MOST_SETS, timing.count_of_sets(1, 50e6, True))

    def test_the_median_and_the_tenths(self):
        self.assertEqual({"milliseconds": 5, "p10": 1, "p90": 9, "rounds": 11}, timing.summary([10, 0, 9, 1, 8, 2, 7, 3, 6, 4, 5]))

    def test_calls_go_round_and_a_call_that_stands_for_several_is_divided(self):
        seen = []

        class Clock:
            def measure(self, calls):
                calls()
                return 12.0

        contestant = timing.Contestant("x", seen.append, calls_at_once=3)
        self.assertEqual(2.0, contestant.sample(Clock(), 2))
        contestant.sample(Clock(), 2)
        self.assertEqual([0, 1, 2, 3], seen)


class Operations(unittest.TestCase):
    def test_all_that_were_asked_for_are_there(self):
        self.assertEqual([], [name for name in WANTED if name not in WORKS])

    def test_every_name_is_one_of_the_catalog(self):
        source = "".join(path.read_text(encoding="utf-8") for path in CASES.glob("*.cs"))
        names = set(re.findall(r'"([a-z0-9-]+)"', source))
        self.assertEqual([], [name for name in WORKS if name not in names])

    def test_a_row_of_another_operation_or_type_is_unknown(self):
        lab = Lab(StubTorch, "cpu")
        self.assertRaises(Unknown, work_of, lab, parse_row(bench_row("fold")))
        self.assertRaises(Unknown, work_of, lab, parse_row(bench_row("softmax", "i32")))

    def test_what_torch_does_not_have_is_unknown_with_its_version(self):
        lab = Lab(StubTorch, "cpu")
        for name in ("quantized-gemm", "float8-gemm", "block-scaled-gemm"):
            self.assertRaisesRegex(Unknown, "torch 0.1 has no ", work_of, lab, parse_row(bench_row(name, shape=(256, 256, 512))))
        self.assertRaisesRegex(Unknown, "no e5m2 by e5m2", work_of, lab, parse_row(bench_row("float8-gemm", variant="e5m2-wgmma", shape=(256, 256, 512))))
        self.assertRaisesRegex(Unknown, "no attention of 8-bit floats", work_of, lab, parse_row(bench_row("quantized-attention", shape=(1, 8, 8, 512, 512, 64, 64, 5))))

    def test_rows_share_an_entry_by_what_they_compute(self):
        rows = [parse_row(bench_row("matmul", variant=variant)) for variant in ("simt", "tf32", "cublas")]
        self.assertEqual(["f32", "tf32"], [entry["precision"] for entry in peers.entries_of(rows)])


# A worker that does to a row what the row's shape says.
FAKE_WORKER = """
import json, os, signal, sys, time
def answer(**message):
    print(json.dumps(message), flush=True)
answer(about={"name": "fake"})
for line in sys.stdin:
    task = json.loads(line)
    if task["begin"] == "limits":
        answer(limits={"copyGigabytesPerSecond": 9}, done=True, healthy=True)
        continue
    entry = task["entry"]
    peers, deeds = entry["peers"], entry["shape"]
    peers.update({name: {"failed": why} for name, why in task["skip"].items()})
    for name, deed in zip("abc", deeds if task["begin"] == "forms" else []):
        if name in task["skip"]:
            continue
        answer(entry=entry, now=name)
        if deed == "hang":
            time.sleep(600)
        if deed == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if deed == "spoil":
            peers[name] = {"failed": "an illegal access"}
            answer(entry=entry, now=name, done=True, healthy=False)
            sys.stdin.read()
        peers[name] = {"error": 0}
    answer(entry=entry, now=None)
    if "late" in deeds and task["begin"] == "forms":
        os._exit(7)
    for name in peers:
        if "failed" not in peers[name]:
            peers[name]["milliseconds"] = os.getpid()
    if task["begin"] != "forms":
        peers["torch.compile"] = {"milliseconds": 1}
    answer(entry=entry, now=None, done=True, healthy="graph" not in deeds)
"""


class Supervision(unittest.TestCase):
    def supervise(self, *rows, seconds=100, row_seconds=1, worker=FAKE_WORKER):
        self.report, self.saved = {}, 0
        entries = [{"operation": "x", "type": "f32", "precision": "f32", "shape": list(deeds), "peers": {}} for deeds in rows]
        start = time.monotonic()

        def save():
            self.saved += 1

        with contextlib.redirect_stdout(io.StringIO()):
            self.run_all(worker, entries, row_seconds, start + seconds, start + seconds * 1.1, save)
        return [{name: peer.get("failed") or peer.get("missing") or "timed" for name, peer in entry["peers"].items()} for entry in entries]

    def run_all(self, worker, *arguments):
        supervisor.Supervisor([sys.executable, "-c", worker], self.report, *arguments).run()

    def test_every_row_is_timed_and_then_compiled(self):
        self.assertEqual([{"a": "timed", "torch.compile": "timed"}, {"a": "timed", "b": "timed", "torch.compile": "timed"}], self.supervise(["ok"], ["ok", "ok"]))
        self.assertEqual({"name": "fake", "limits": {"copyGigabytesPerSecond": 9}}, self.report)
        self.assertEqual(4, self.saved)

    def test_a_form_that_hangs_dies_or_spoils_the_gpu_takes_no_other_with_it(self):
        for deed, reason in (("hang", "it took too long"), ("die", "the process ended by signal 9"), ("spoil", "an illegal access")):
            with self.subTest(deed):
                first, second = self.supervise(["ok", deed, "ok"], ["ok"])
                self.assertEqual({"a": "timed", "b": reason, "c": "timed", "torch.compile": "timed"}, first)
                self.assertEqual({"a": "timed", "torch.compile": "timed"}, second)

    def test_what_ends_while_forms_are_timed_ends_the_row(self):
        first, second = self.supervise(["ok", "late"], ["ok"])
        self.assertEqual("the process ended with 7", first["rest of the row"])
        self.assertEqual("timed", second["a"])

    def test_a_worker_that_a_graph_has_spoilt_is_not_used_again(self):
        self.assertEqual(["timed"] * 2, [row["a"] for row in self.supervise(["graph"], ["ok"])])

    def test_no_row_is_begun_when_the_time_is_up(self):
        slow = "import time; time.sleep(0.5)" + FAKE_WORKER.replace("healthy=True)", "healthy=time.sleep(0.6) is None)")
        self.assertEqual([{"everything": "the time was up", "torch.compile": "the time was up"}], self.supervise(["ok"], seconds=1, worker=slow))

    def test_a_worker_that_cannot_work_says_why(self):
        self.assertRaisesRegex(supervisor.Unusable, "no GPU", self.supervise, ["ok"], worker='print(\'{"unusable": "no GPU"}\')')


class StubTorch:
    """As much of torch as a lab needs to be made."""

    float32 = "float32"
    __version__ = "0.1"

    class Generator:
        def __init__(self, device):
            self.device = device

        def manual_seed(self, seed):
            self.seed = seed


if __name__ == "__main__":
    unittest.main()
