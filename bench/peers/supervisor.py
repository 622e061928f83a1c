"""Asks a worker process for one row after the other, and goes on with another worker where one hangs, dies or has spoilt the GPU."""

import json
import os
import queue
import signal
import subprocess
import threading
import time

START_SECONDS = 120
LIMITS_SECONDS = 40
FORMS, COMPILED, LIMITS = "forms", "torch.compile", "limits"
MOST_TRIES = 4


class Unusable(Exception):
    """No worker can be had."""


class Worker:
    """A process in a session of its own, so that what it has started ends with it."""

    def __init__(self, command):
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True)
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def send(self, task):
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # a dead process answers with the end of its lines

    def receive(self, end):
        """The next answer; a reason in place of it where the process ends or the time does."""
        try:
            line = self._lines.get(timeout=max(0.01, end - time.monotonic()))
        except queue.Empty:
            return None, "it took too long"
        if line is None:
            code = self._process.wait()
            return None, f"the process ended by signal {-code}" if code < 0 else f"the process ended with {code}"
        return json.loads(line), None

    def end(self):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._reader.join(1)
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except OSError:
                pass  # what was not sent any more


class Supervisor:
    """Keeps the report, and the worker that fills it in."""

    def __init__(self, command, report, entries, row_seconds, end, last, save):
        self._command, self.report, self.entries, self._save = command, report, entries, save
        # No row is begun after the end; what still runs at the last moment is ended.
        self._row_seconds, self._end, self._last = row_seconds, end, last
        self._worker = None

    def run(self):
        """The limits, all forms of all rows, then torch.compile: it takes seconds for a row, and all others shall have had their turn before."""
        try:
            self._ask({"begin": LIMITS}, LIMITS_SECONDS, lambda answer: self.report.update(limits=answer.get("limits", {})))
            for phase in (FORMS, COMPILED):
                for index, entry in enumerate(self.entries):
                    if phase == FORMS or "unknown" not in entry:
                        self._time(phase, index)
                    self._save()
        finally:
            self.stop()

    def stop(self):
        if self._worker:
            self._worker.end()
            self._worker = None

    def _time(self, phase, index):
        """A row; once more without a form that has hung or spoilt the worker."""
        skip = {}
        for _ in range(MOST_TRIES):
            entry = self.entries[index]
            if time.monotonic() > self._end:
                entry["peers"].setdefault(COMPILED if phase == COMPILED else "everything", {"missing": "the time was up"})
                return
            heard = {"now": None}

            def hear(answer):
                self.entries[index] = answer["entry"]
                heard["now"] = answer["now"]

            before = json.loads(json.dumps(entry))
            reason = self._ask({"begin": phase, "row": index, "entry": entry, "skip": skip}, self._row_seconds, hear)
            now = heard["now"]
            if reason is None:
                break
            failed = self.entries[index]["peers"].get(now) or {"failed": reason}
            if now is None:
                self.entries[index]["peers"]["rest of the row"] = failed
                break
            self.entries[index]["peers"][now] = failed
            if phase == COMPILED:
                break
            skip[now] = failed["failed"]
            # What the others have said is said once more.
            self.entries[index] = before
        else:
            self.entries[index]["peers"] |= {name: {"failed": why} for name, why in skip.items()}
        print(f"{told(self.entries[index], phase)}", flush=True)

    def _ask(self, task, seconds, hear):
        """None when the worker has done the task; else why it has not. A worker that is of no further use is ended."""
        worker = self._ready()
        end = min(time.monotonic() + seconds, self._last)
        worker.send(task)
        while True:
            answer, reason = worker.receive(end)
            if answer is None:
                self.stop()
                return reason
            hear(answer)
            if answer.get("done"):
                if not answer["healthy"]:
                    self.stop()
                return None if answer["healthy"] or answer.get("now") is None else "it has spoilt the process"

    def _ready(self):
        if self._worker is None:
            self._worker = Worker(self._command)
            answer, reason = self._worker.receive(min(time.monotonic() + START_SECONDS, self._last))
            if answer is None or "unusable" in answer:
                self.stop()
                raise Unusable(reason or answer["unusable"])
            self.report.update(answer["about"])
        return self._worker


def told(entry, phase):
    shape = "x".join(str(length) for length in entry["shape"])
    peers = {name: peer for name, peer in entry["peers"].items() if name.startswith(COMPILED) == (phase == COMPILED)}
    return f"{entry['operation']} {entry['type']} {shape}: " + (
        entry["unknown"] if "unknown" in entry else ", ".join(f"{name} {told_peer(peer)}" for name, peer in peers.items())
    )


def told_peer(peer):
    return f"{peer['milliseconds']:.4g} ms" if "milliseconds" in peer else peer.get("failed") or peer.get("missing") or "not timed"
