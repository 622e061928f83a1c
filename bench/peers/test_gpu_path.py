"""Tests of the path that only a GPU takes, on a torch whose GPU is the processor: streams, events, graphs, memory and faults."""

import sys
import types
import unittest
import unittest.mock
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import ceilings
import timing
import worker
from lab import Form, Work
from test_peers import bench_row
from rows import parse_row

torch = worker.optional("torch")


class Stream:
    cuda_stream = 42


class Event:
    """Whatever lies between two of them takes 0.2 milliseconds."""

    def __init__(self, enable_timing):
        self.is_timing = enable_timing

    def record(self):
        pass

    def elapsed_time(self, other):
        return 0.2


class Gpu:
    """What of torch.cuda the worker uses. `faults` says what fails: `graph` a recording, after which memory is lost; `all` whatever is asked."""

    Event, Stream = Event, Stream

    def __init__(self):
        self.stream, self.faults, self.recorded = None, set(), 0

    def is_available(self):
        return True

    def set_stream(self, stream):
        self.stream = stream

    def current_stream(self):
        return self.stream

    def synchronize(self):
        if "all" in self.faults:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

    def empty_cache(self):
        self.synchronize()

    def get_device_name(self):
        return "a GPU"

    def get_device_properties(self, number):
        return types.SimpleNamespace(L2_cache_size=1 << 16)

    def CUDAGraph(self):
        return types.SimpleNamespace(replay=lambda: None)

    @contextmanager
    def graph(self, graph, stream):
        assert stream is self.stream and stream is not None
        self.recorded += 1
        yield
        if "graph" in self.faults:
            self.faults.add("all")
            raise RuntimeError("CUDA error: operation failed due to a previous error during capture")


class OnGpu(types.ModuleType):
    """torch, which takes "cuda" for a place in the processor's memory."""

    def __init__(self):
        super().__init__("torch")
        self.cuda = Gpu()
        cuda = types.SimpleNamespace(matmul=types.SimpleNamespace())
        self.backends = types.SimpleNamespace(cuda=cuda, cudnn=types.SimpleNamespace())
        for name in ("rand", "randn", "randint", "ones", "zeros", "tensor"):
            setattr(self, name, lambda *arguments, device=None, function=getattr(torch, name), **options: function(*arguments, **options))

    def Generator(self, device):
        assert device == "cuda"
        return torch.Generator()

    def __getattr__(self, name):
        return getattr(torch, name)


class Cupy:
    """Its current stream is the one it was told to use, unless it will not."""

    __name__, __version__ = "cupy", "13"

    def __init__(self, takes_streams=True):
        self._pointer = None
        cupy = self

        class ExternalStream:
            def __init__(self, pointer):
                self.ptr = pointer

            def use(self):
                cupy._pointer = self.ptr if takes_streams else 0

        self.cuda = types.SimpleNamespace(ExternalStream=ExternalStream, get_current_stream=lambda: types.SimpleNamespace(ptr=self._pointer))


@unittest.skipIf(torch is None, "torch is not installed")
class GpuPath(unittest.TestCase):
    def setUp(self):
        for name, value in (("WARM_UP_SECONDS", 0.01), ("MOST_ROUNDS", 5)):
            patch = unittest.mock.patch.object(timing, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.torch = OnGpu()
        self.lab = worker.make_lab(self.torch, "cuda")
        self.run_ = worker.Run(self.lab, timing.CudaClock(self.torch))

    def time(self, *row, **options):
        entry = {"peers": {}}
        spoiler = self.run_.begin(parse_row(bench_row(*row, **options)), entry, False, {}, lambda now: None)
        return entry["peers"], spoiler

    def test_rows_are_timed_by_events_and_in_graphs_on_one_stream(self):
        self.assertIsInstance(self.torch.cuda.stream, Stream)
        self.assertEqual(1 << 16, self.run_.cache_bytes)
        self.assertEqual("a GPU", worker.describe(self.lab, 1)["name"])
        shapes = {"layer-norm": (8, 16), "flash-attention-gradient": (1, 4, 2, 8, 8, 1, 1, 2), "dropout": (64, 64), "conv2d-input-gradient": (2, 3, 9, 8, 4, 3, 3, 7)}
        for name, shape in shapes.items():
            peers, spoiler = self.time(name, shape=shape)
            self.assertIsNone(spoiler)
            self.assertAlmostEqual(0.2 / peers["torch"]["callsPerRound"], peers["torch"]["milliseconds"])
            self.assertIn("milliseconds", peers["torch graph"])
        self.assertTrue(self.run_.is_healthy())

    def test_a_graph_that_cannot_be_recorded_leaves_the_times_and_a_process_of_no_use(self):
        self.torch.cuda.faults.add("graph")
        peers, spoiler = self.time("exp", shape=(8, 16))
        self.assertIsNone(spoiler)
        self.assertIn("milliseconds", peers["torch"])
        self.assertIn("during capture", peers["torch graph"]["failed"])
        self.assertFalse(self.run_.is_healthy())

    def test_a_fault_names_the_form(self):
        def fault(x):
            self.torch.cuda.faults.add("all")
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

        work = Work(inputs=lambda: (self.lab.uniform((4, 4)),), forms=[Form("good", torch.exp), Form("bad", fault)], reference=torch.exp)
        with unittest.mock.patch.object(worker, "work_of", lambda lab, row: work):
            self.assertEqual("bad", self.time()[1])

    def test_cupy_that_does_not_take_the_stream_is_left_out(self):
        for takes_streams in (True, False):
            cupy = Cupy(takes_streams)
            self.assertIs(cupy if takes_streams else None, worker.share_a_stream(self.torch, cupy))
        self.assertIsNone(worker.share_a_stream(self.torch, None))
        self.assertIsNone(worker.share_a_stream(self.torch, object()))

    def test_the_limits_are_a_copy_and_products(self):
        with unittest.mock.patch.dict(ceilings.SIDES, cuda=16), unittest.mock.patch.dict(ceilings.COPY_BYTES, cuda=1 << 10):
            limits = ceilings.measure(self.lab, self.run_.clock)
        self.assertGreater(limits["copyGigabytesPerSecond"], 0)
        self.assertLessEqual({"f32", "tf32", "bf16"}, set(limits["productTeraflopsPerSecond"]))


if __name__ == "__main__":
    unittest.main()
