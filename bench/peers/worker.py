"""A process that times rows, one after the other, as the supervisor asks for them by its standard input.

A line `{"begin": "forms", "row": 3, "skip": {"triton": "why"}}` is answered by lines `{"entry": {...}, "now": "torch"}`: what is known
so far, and which form is about to be tried for the first time. The last one has `done`, and says whether the process is of further use.
"""

import gc
import importlib
import json
import os
import platform
import sys
import warnings

import ceilings
import timing
from lab import Form, Lab, Unknown
from operations import work_of
from products import demand_full_precision

ASSUMED_CACHE_BYTES = 32 << 20
# What Python enqueues no faster than this may keep the GPU waiting.
GRAPH_MILLISECONDS = 0.25
CALLS_PER_GRAPH = 20
COMPILED = "torch.compile"
FEWEST_BYTES = 1


def serve(rows, device, cache_bytes):
    """Answers the supervisor until it closes the input. What libraries print goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**message):
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    # A row compiles a kernel or two: a pool of processes for that takes longer to start.
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    try:
        import torch
    except Exception as error:  # one that does not find its libraries raises what it likes
        return answer(unusable=first_line(error))
    if device == "cuda" and not torch.cuda.is_available():
        return answer(unusable=f"torch {torch.__version__} finds no GPU")
    lab = make_lab(torch, device)
    run = Run(lab, timing.CudaClock(torch) if device == "cuda" else timing.ProcessorClock(), cache_bytes)
    answer(about=describe(lab, run.cache_bytes))
    # What has been imported stays: the many collections between rows and before graphs need not look through it.
    gc.freeze()
    for line in sys.stdin:
        task = json.loads(line)
        if task["begin"] == "limits":
            answer(limits=ceilings.measure(lab, run.clock), done=True, healthy=run.is_healthy())
            continue
        entry = task["entry"]
        spoiler = run.begin(rows[task["row"]], entry, task["begin"] == COMPILED, task["skip"], lambda now: answer(entry=entry, now=now))
        answer(entry=entry, now=spoiler, done=True, healthy=spoiler is None and run.is_healthy())


def make_lab(torch, device):
    warnings.simplefilter("once")
    demand_full_precision(torch, device)
    if device == "cuda":
        return Lab(torch, device, arrays=share_a_stream(torch, optional("cupy")), triton=optional("triton"))
    return Lab(torch, device, arrays=optional("numpy"))


def share_a_stream(torch, cupy):
    """All libraries enqueue on one stream: the events that time it see all work, and CUDA graphs can record it.

    Gives CuPy, or None where it would not: its calls would overlap with what is timed.
    """
    stream = torch.cuda.Stream()
    torch.cuda.set_stream(stream)
    if cupy is None:
        return None
    try:
        cupy.cuda.ExternalStream(stream.cuda_stream).use()
        if cupy.cuda.get_current_stream().ptr == stream.cuda_stream:
            return cupy
        print("peers: cupy does not take torch's stream", file=sys.stderr)
    except Exception as error:
        print(f"peers: cupy does not work: {first_line(error)}", file=sys.stderr)
    return None


def optional(name):
    """A module, or None where it is not installed or cannot be loaded."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # a library that finds no driver, or another version of what it needs, raises what it likes
        if not isinstance(error, ModuleNotFoundError):
            print(f"peers: {name} cannot be loaded: {first_line(error)}", file=sys.stderr)
        return None


def describe(lab, cache_bytes):
    versions = {"python": platform.python_version(), "torch": lab.torch.__version__, "cuda": lab.torch.version.cuda}
    versions |= {module.__name__: module.__version__ for module in (lab.arrays, lab.triton) if module is not None}
    return {
        "name": lab.torch.cuda.get_device_name() if lab.device == "cuda" else platform.processor() or platform.machine(),
        "versions": versions,
        "cacheBytes": cache_bytes,
    }


class Spoilt(Exception):
    """The GPU computes nothing more in this process."""


class Run:
    """The work of one row after the other."""

    def __init__(self, lab, clock, cache_bytes=0):
        self.lab, self.clock = lab, clock
        self.cache_bytes = cache_bytes or self._cache_of_device()

    def begin(self, row, entry, is_compiled, skip, say):
        """Fills in the entry of a row. `skip` has the forms that must not be tried, and why; `say` hears of each before it is tried.

        Gives the form that has spoilt the process, if one has.
        """
        entry["peers"] |= {name: {"failed": reason} for name, reason in skip.items()}
        try:
            self._free()
            work = work_of(self.lab, row)
            forms = self._compiled(work, entry) if is_compiled else [form for form in work.forms if form.name not in skip]
            if not is_compiled:
                entry["peers"] |= {name: {"missing": reason} for name, reason in work.absent.items()}
            if forms:
                self._compete(row, work, forms, entry, say)
        except Unknown as reason:
            entry["unknown"] = str(reason)
        except Spoilt as error:
            return str(error)
        except Exception as error:  # a row that cannot be made or timed must not take the later ones with it
            entry["peers"]["rest of the row"] = {"failed": first_line(error)}
        return None

    def is_healthy(self):
        """Whether the GPU still computes: an illegal access, or a graph whose recording has failed, spoils the process for good."""
        if self.lab.device != "cuda":
            return True
        try:
            self._free()
            return self.lab.torch.ones(1, device="cuda").item() == 1
        except Exception:
            return False

    def _compiled(self, work, entry):
        torch = self.lab.torch
        missing = "it would call what torch calls" if work.compiled is None else None if hasattr(torch, "compile") else f"torch {torch.__version__} has no compile"
        if missing:
            entry["peers"][COMPILED] = {"missing": missing}
            return []
        torch._dynamo.reset()
        # Compiled is a function of Python around it: what work.compiled is may be a built-in one.
        return [Form(COMPILED, torch.compile(lambda *tensors: work.compiled(*tensors), dynamic=False), around=work.forms[0].around)]

    def _compete(self, row, work, forms, entry, say):
        """Checks the forms and times those that are right, in turns, on inputs that take turns."""
        inputs = work.inputs()
        expected = work.expected(inputs)
        # An operation that picks some rows of a table does not read the rest.
        size = max(FEWEST_BYTES, min(sum(tensor.numel() * tensor.element_size() for tensor in inputs), row.bytes))
        count = timing.count_of_sets(size, self.cache_bytes, row.is_memory_bound)
        entry["sets"], entry["bytesPerSet"] = count, int(size)
        sets = [work.inputs() for _ in range(count)]
        contestants = [c for form in forms if (c := self._contestant(work, form, inputs, expected, sets, entry["peers"], say))]
        say(None)
        self._measure(contestants, entry["peers"])
        say(None)
        self._time_graphs(contestants, count, entry["peers"])

    def _contestant(self, work, form, inputs, expected, sets, peers, say):
        """A form whose result is right; None, and the reason in the report, where it is not or where it fails."""
        say(form.name)
        failed = prepared = None
        try:
            # Backends of attention warn why they refuse a row, and then raise that none is left.
            with warnings.catch_warnings(record=True) as said, form.around():
                warnings.simplefilter("always")
                error = work.error(self.lab, form.run(*form.prepare(*(tensor.clone() for tensor in inputs))), expected)
                if error <= work.limit(self.lab):
                    prepared = [form.prepare(*one) for one in sets]
                else:
                    failed = f"a relative error of {error:.2g}, over {work.limit(self.lab):g}"
        except Exception as error:  # a peer that refuses a row must not take the others with it
            failed = with_warnings(first_line(error), said)
        if failed:
            peers[form.name] = {"failed": failed}
            # Memory that a failure has left is given back here too.
            if not self.is_healthy():
                raise Spoilt(form.name)
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
            # CuPy asks for memory in ways that cannot be recorded.
            if peers[contestant.name]["milliseconds"] >= GRAPH_MILLISECONDS or contestant.name == self.lab.arrays_name:
                continue
            try:
                # Whole turns through the sets.
                graph = timing.graph_of(self.lab.torch, contestant, sets * -(-CALLS_PER_GRAPH // sets))
                self._measure([graph], peers)
            except Exception as error:  # what synchronises cannot be recorded
                peers[f"{contestant.name} graph"] = {"failed": first_line(error)}
                if not self.is_healthy():
                    return

    def _cache_of_device(self):
        if self.lab.device != "cuda":
            return ASSUMED_CACHE_BYTES
        # Versions without the property are taken to be on a GPU with the largest cache there is.
        return getattr(self.lab.torch.cuda.get_device_properties(0), "L2_cache_size", 0) or 128 << 20

    def _free(self):
        gc.collect()
        if self.lab.device == "cuda":
            self.lab.torch.cuda.synchronize()
            self.lab.torch.cuda.empty_cache()
            if self.lab.arrays is not None:
                self.lab.arrays.get_default_memory_pool().free_all_blocks()


def with_warnings(text, said):
    reasons = dict.fromkeys(str(warning.message).strip().splitlines()[0].split(" (Triggered internally")[0] for warning in said if str(warning.message).strip())
    return " | ".join([text, *reasons])[:600]


def first_line(error):
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
