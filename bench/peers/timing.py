"""How calls are timed: warm-up, rounds in turns, medians; buffers that take turns so that no cache holds them."""

import math
import statistics
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Callable

WARM_UP_SECONDS = 0.1
SAMPLE_MILLISECONDS = 4
SECONDS_PER_CONTESTANT = 0.5
FEWEST_ROUNDS = 5
MOST_ROUNDS = 31
MOST_SETS = 64


class ProcessorClock:
    """Of calls that are over when they return."""

    def measure(self, calls):
        start = time.perf_counter()
        calls()
        return (time.perf_counter() - start) * 1e3


class CudaClock:
    """Of calls that only enqueue: events around them on the current stream."""

    def __init__(self, torch):
        self._torch = torch
        self._start, self._stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def measure(self, calls):
        self._start.record()
        calls()
        self._stop.record()
        self._torch.cuda.synchronize()
        return self._start.elapsed_time(self._stop)


@dataclass
class Contestant:
    """Something to time. `call(n)` is its n-th call and works on the n-th set of buffers; one of them may stand for several calls."""

    name: str
    call: Callable
    around: Callable = nullcontext
    calls_at_once: int = 1
    made: int = 0

    def sample(self, clock, count):
        """The milliseconds of one call, over so many of them."""
        with self.around():
            return clock.measure(lambda: self._run(count)) / (count * self.calls_at_once)

    def warm_up(self, clock):
        """Gives the count of calls that make a sample long enough for the clock."""
        start = time.perf_counter()
        while True:
            milliseconds = self.sample(clock, 1) * self.calls_at_once
            if time.perf_counter() - start >= WARM_UP_SECONDS:
                # What one call takes on its own includes waiting for its launch; a first sample of several is nearer to the truth.
                count = max(1, math.ceil(SAMPLE_MILLISECONDS / max(milliseconds, 1e-3)))
                together = self.sample(clock, count) * self.calls_at_once
                return max(1, math.ceil(SAMPLE_MILLISECONDS / max(together, 1e-3)))

    def _run(self, count):
        for _ in range(count):
            self.call(self.made)
            self.made += 1


def measure(contestants, clock):
    """Times all in turns, so that a change of clock speed meets them alike; a summary of each by its name."""
    counts = [contestant.warm_up(clock) for contestant in contestants]
    samples = [[] for _ in contestants]
    end = time.perf_counter() + SECONDS_PER_CONTESTANT * len(contestants)
    for round_number in range(MOST_ROUNDS):
        if round_number >= FEWEST_ROUNDS and time.perf_counter() > end:
            break
        for contestant, count, times in zip(contestants, counts, samples):
            times.append(contestant.sample(clock, count))
    return {
        contestant.name: summary(times) | {"callsPerRound": count * contestant.calls_at_once}
        for contestant, count, times in zip(contestants, counts, samples)
    }


def summary(samples):
    """Median, 10th and 90th percentile of the milliseconds."""
    tenths = statistics.quantiles(samples, n=10, method="inclusive")
    return {"milliseconds": statistics.median(samples), "p10": tenths[0], "p90": tenths[8], "rounds": len(samples)}


def count_of_sets(bytes_per_set, cache_bytes, is_memory_bound):
    """How many sets of buffers take turns: more than twice the cache in all, where memory is what an operation waits for."""
    if not is_memory_bound or bytes_per_set <= 0:
        return 1
    return min(MOST_SETS, math.floor(2 * cache_bytes / bytes_per_set) + 1)


def graph_of(torch, contestant, count):
    """The same calls recorded into a CUDA graph: what they take without Python between them.

    The stream is the one that has run everything before, and not the default one, which cannot be recorded: a backward pass goes on in
    the stream of its forward pass, and what was run there once has its workspaces.
    """
    with contestant.around():
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=torch.cuda.current_stream()):
            for n in range(count):
                contestant.call(n)
    return Contestant(f"{contestant.name} graph", lambda _: graph.replay(), calls_at_once=count)
