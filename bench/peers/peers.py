"""Times what `bench --json` timed with torch, torch.compile, Triton and CuPy, on the same device and in the same shapes.

    python3 bench/peers/peers.py BENCH.json --device cuda|cpu --out DIR

Writes DIR/peers.json after every row. Every result is compared with a float64 computation before it is timed; what is not
installed, refuses the row, or computes something else is written down as such and has no time.
"""

import argparse
import datetime
import gc
import importlib
import json
import platform
import sys
import time
from pathlib import Path

import ceilings
import timing
from lab import TOLERANCES, Form, Lab, Unknown, error_of
from operations import work_of
from products import demand_full_precision
from rows import read_bench, shape_text

ASSUMED_CACHE_BYTES = 32 << 20
GRAPH_MILLISECONDS = 0.05
CALLS_PER_GRAPH = 20
COMPILED = "torch.compile"


def main(arguments):
    options = parse(arguments)
    start = time.monotonic()
    try:
        import torch
    except ImportError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    if options.device == "cuda" and not torch.cuda.is_available():
        print(f"peers: torch {torch.__version__} finds no GPU", file=sys.stderr)
        return 2
    _, rows = read_bench(options.bench)
    demand_full_precision(torch, options.device)
    lab = make_lab(torch, options.device)
    run = Run(lab, timing.CudaClock(torch) if options.device == "cuda" else timing.ProcessorClock(), start + options.seconds, options.cache_mb << 20)
    report = describe(lab, run.cache_bytes, arguments)
    entries = run.entries(rows)
    report["limits"] = ceilings.measure(lab, run.clock)
    for row, entry in entries:
        run.time_forms(row, entry)
        save(options.out, report, entries, start)
    for row, entry in entries:
        run.time_compiled(row, entry)
        save(options.out, report, entries, start)
    return 0


def parse(arguments):
    parser = argparse.ArgumentParser(description="Times Python peers on the rows of `bench --json`.")
    parser.add_argument("bench", help="what `bench --json` wrote, or an array of such documents")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--out", type=Path, default=Path("."), help="the folder of peers.json")
    parser.add_argument("--seconds", type=float, default=300, help="no row is begun after so many seconds")
    parser.add_argument("--cache-mb", type=int, default=0, help="the cache that buffers must not fit into; the device's own unless given")
    return parser.parse_args(arguments)


def make_lab(torch, device):
    return Lab(torch, device, arrays=optional("cupy" if device == "cuda" else "numpy"), triton=optional("triton") if device == "cuda" else None)


def optional(name):
    """A module, or None where it is not installed or cannot be loaded."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def describe(lab, cache_bytes, arguments):
    versions = {"python": platform.python_version(), "torch": lab.torch.__version__, "cuda": lab.torch.version.cuda}
    versions |= {module.__name__: module.__version__ for module in (lab.arrays, lab.triton) if module is not None}
    return {
        "device": lab.device,
        "name": lab.torch.cuda.get_device_name() if lab.device == "cuda" else platform.processor() or platform.machine(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": "peers.py " + " ".join(arguments),
        "versions": versions,
        "cacheBytes": cache_bytes,
    }


def save(folder, report, entries, start):
    folder.mkdir(parents=True, exist_ok=True)
    whole = report | {"rows": [entry for _, entry in entries], "seconds": round(time.monotonic() - start, 1)}
    (folder / "peers.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


class Run:
    """The work of all rows, one row after the other, until the time is up."""

    def __init__(self, lab, clock, end, cache_bytes=0):
        self.lab, self.clock, self._end = lab, clock, end
        self.cache_bytes = cache_bytes or self._cache_of_device()

    def entries(self, rows):
        """One entry of the report for each thing to compute; variants of one operation share it."""
        first = {row.key: row for row in reversed(rows)}
        ordered = dict.fromkeys(row.key for row in rows)
        return [(first[key], {"operation": key[0], "type": key[1], "precision": key[2], "shape": list(key[3]), "peers": {}}) for key in ordered]

    def time_forms(self, row, entry):
        """Every form but torch.compile, in turns with each other."""
        self._guard(self._time_forms, row, entry)

    def time_compiled(self, row, entry):
        """torch.compile alone: it takes seconds for a row, and all others shall have had their turn before."""
        self._guard(self._time_compiled, row, entry)

    def _guard(self, function, row, entry):
        try:
            function(row, entry)
        except Exception as error:  # a row that cannot be made or timed must not take the later ones with it
            entry["peers"]["rest of the row"] = {"failed": first_line(error)}

    def _time_forms(self, row, entry):
        if (work := self._work(row, entry)) is None:
            return
        entry["peers"] |= {name: {"missing": reason} for name, reason in work.absent.items()}
        inputs, expected, sets = self._buffers(row, work, entry)
        self._compete(work, work.forms, inputs, expected, sets, entry["peers"])
        print(f"{row.operation} {row.type} {shape_text(row.shape)}: {told(entry['peers'])}", flush=True)

    def _time_compiled(self, row, entry):
        torch = self.lab.torch
        if "unknown" in entry or (work := self._work(row, entry, COMPILED)) is None:
            return
        if work.compiled is None:
            entry["peers"][COMPILED] = {"missing": "it would call what torch calls"}
            return
        if not hasattr(torch, "compile"):
            entry["peers"][COMPILED] = {"missing": f"torch {torch.__version__} has no compile"}
            return
        torch._dynamo.reset()
        inputs, expected, sets = self._buffers(row, work, entry)
        # Compiled is a function of Python around it: what work.compiled is may be a built-in one.
        form = Form(COMPILED, torch.compile(lambda *tensors: work.compiled(*tensors), dynamic=False), around=work.forms[0].around)
        self._compete(work, [form], inputs, expected, sets, entry["peers"])
        print(f"{row.operation} {row.type} {shape_text(row.shape)}: {told({COMPILED: entry['peers'][COMPILED]})}", flush=True)

    def _work(self, row, entry, late="everything"):
        if time.monotonic() > self._end:
            entry["peers"][late] = {"missing": "the time was up"}
            return None
        self._free()
        try:
            return work_of(self.lab, row)
        except Unknown as reason:
            entry["unknown"] = str(reason)
            return None

    def _buffers(self, row, work, entry):
        """Inputs for a check with what comes of them in float64, and the sets that take turns while the clock runs."""
        inputs = work.inputs()
        expected = work.reference(*(tensor.double() if tensor.is_floating_point() else tensor for tensor in inputs))
        # An operation that picks some rows of a table does not read the rest.
        size = min(sum(tensor.numel() * tensor.element_size() for tensor in inputs), row.bytes)
        count = timing.count_of_sets(size, self.cache_bytes, row.is_memory_bound)
        entry["sets"], entry["bytesPerSet"] = count, int(size)
        return inputs, expected, [work.inputs() for _ in range(count)]

    def _compete(self, work, forms, inputs, expected, sets, peers):
        """Checks the forms and times those that are right."""
        tolerance = work.tolerance or TOLERANCES[self.lab.precision]
        contestants = [c for form in forms if (c := self._contestant(form, tolerance, inputs, expected, sets, peers))]
        self._measure(contestants, peers)
        self._time_graphs(contestants, len(sets), peers)

    def _contestant(self, form, tolerance, inputs, expected, sets, peers):
        """A form whose result is right; None, and the reason in the report, where it is not or where it fails."""
        try:
            with form.around():
                error = error_of(self.lab, form.run(*form.prepare(*(tensor.clone() for tensor in inputs))), expected)
            if error > tolerance:
                peers[form.name] = {"failed": f"a relative error of {error:.2g}, over {tolerance:g}"}
                return None
            prepared = [form.prepare(*one) for one in sets]
        except Exception as error:  # a peer that refuses a row must not take the others with it
            peers[form.name] = {"failed": first_line(error)}
            return None
        peers[form.name] = {"error": error}
        return timing.Contestant(form.name, lambda n: form.run(*prepared[n % len(prepared)]), form.around)

    def _measure(self, contestants, peers):
        if contestants:
            for name, measured in timing.measure(contestants, self.clock).items():
                peers.setdefault(name, {}).update(measured)

    def _time_graphs(self, contestants, sets, peers):
        """Short calls once more as a CUDA graph: Python takes longer to enqueue them than the GPU to do them."""
        if self.lab.device != "cuda":
            return
        for contestant in contestants:
            # CuPy enqueues on a stream of its own, which torch does not record.
            if peers[contestant.name]["milliseconds"] >= GRAPH_MILLISECONDS or contestant.name == self.lab.arrays_name:
                continue
            try:
                # Whole turns through the sets.
                graph = timing.graph_of(self.lab.torch, contestant, sets * -(-CALLS_PER_GRAPH // sets))
                self._measure([graph], peers)
            except Exception as error:  # what synchronises cannot be recorded
                peers[f"{contestant.name} graph"] = {"failed": first_line(error)}

    def _cache_of_device(self):
        if self.lab.device != "cuda":
            return ASSUMED_CACHE_BYTES
        properties = self.lab.torch.cuda.get_device_properties(self.lab.device)
        return getattr(properties, "L2_cache_size", 0) or ASSUMED_CACHE_BYTES

    def _free(self):
        gc.collect()
        if self.lab.device == "cuda":
            self.lab.torch.cuda.empty_cache()


def first_line(error):
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def told(peers):
    return ", ".join(f"{name} {peer['milliseconds']:.4g} ms" if "milliseconds" in peer else f"{name}: {peer.get('failed') or peer.get('missing')}" for name, peer in peers.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
