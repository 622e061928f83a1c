"""Times what `bench --json` timed with torch, torch.compile, Triton and CuPy, on the same device and in the same shapes.

    python3 bench/peers/peers.py BENCH.json --device cuda|cpu --out DIR

Writes DIR/peers.json after every row. Every result is compared with a float64 computation before it is timed; what is not
installed, refuses the row, hangs, dies or computes something else is written down as such and has no time.
"""

import argparse
import datetime
import json
import signal
import sys
import time
from pathlib import Path

import worker
from rows import read_bench
from supervisor import Supervisor, Unusable

# What still runs when a tenth more than the time is over is ended.
LAST = 1.1


def main(arguments):
    options = parse(arguments)
    start = time.monotonic()
    _, rows = read_bench(options.bench)
    if options.worker:
        worker.serve(list(first_rows(rows).values()), options.device, options.cache_mb << 20)
        return 0
    report = {
        "device": options.device,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": "peers.py " + " ".join(arguments),
        "limits": {},
    }
    entries = entries_of(rows)
    command = [sys.executable, __file__, *arguments, "--worker"]
    end, last = start + options.seconds, start + LAST * options.seconds
    supervisor = Supervisor(command, report, entries, options.row_seconds, end, last, lambda: save(options.out, report, entries, start))
    # The worker does not hear of the signal by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        supervisor.run()
    except Unusable as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    return 0


def parse(arguments):
    parser = argparse.ArgumentParser(description="Times Python peers on the rows of `bench --json`.")
    parser.add_argument("bench", help="what `bench --json` wrote, or an array of such documents")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--out", type=Path, default=Path("."), help="the folder of peers.json")
    parser.add_argument("--seconds", type=float, default=300, help="no row is begun after so many seconds")
    parser.add_argument("--row-seconds", type=float, default=45, help="a row, or torch.compile of one, is given up after so many")
    parser.add_argument("--cache-mb", type=int, default=0, help="the cache that buffers must not fit into; the device's own unless given")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def first_rows(rows):
    """The first row of each thing to compute: variants of one operation share it."""
    first = {}
    for row in rows:
        first.setdefault(row.key, row)
    return first


def entries_of(rows):
    """One entry of the report for each thing to compute."""
    return [{"operation": key[0], "type": key[1], "precision": key[2], "shape": list(key[3]), "peers": {}} for key in first_rows(rows)]


def save(folder, report, entries, start):
    folder.mkdir(parents=True, exist_ok=True)
    whole = report | {"rows": entries, "seconds": round(time.monotonic() - start, 1)}
    # A run that is cut off in the middle of a write leaves the file of the row before.
    unfinished = folder / "peers.json.unfinished"
    unfinished.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / "peers.json")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
