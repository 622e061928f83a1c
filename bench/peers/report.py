"""Puts the library's times beside the peers': a Markdown table and a roofline.

    python3 bench/peers/report.py BENCH.json PEERS.json --out DIR [--bandwidth GB/s] [--roof TYPE=TFLOP/s ...]

Writes DIR/table.md and DIR/roofline.svg.
"""

import argparse
import json
import sys
from pathlib import Path

from roofline import draw
from roofs import find_roofs
from rows import read_bench, read_failures, shape_text

WARM_MARK = "†"
ROWS_NAMED = 4


def main(arguments):
    options = parse(arguments)
    name, rows = read_bench(options.bench)
    peers = json.loads(Path(options.peers).read_text(encoding="utf-8"))
    roofs = find_roofs(rows, peers.get("limits", {}), options.bandwidth, dict(options.roof))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "table.md").write_text(table(name, rows, peers, roofs, read_failures(options.bench)), encoding="utf-8")
    (options.out / "roofline.svg").write_text(draw(name, rows, roofs), encoding="utf-8")
    return 0


def parse(arguments):
    parser = argparse.ArgumentParser(description="A table and a roofline of `bench --json` and peers.py.")
    parser.add_argument("bench")
    parser.add_argument("peers")
    parser.add_argument("--out", type=Path, default=Path("."))
    parser.add_argument("--bandwidth", type=float, help="the memory's GB/s, reads and writes together")
    parser.add_argument("--roof", type=roof, action="append", default=[], metavar="TYPE=TFLOP/s", help="such as bf16=989; several may be given")
    return parser.parse_args(arguments)


def roof(text):
    name, separator, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = 0
    if not separator or value <= 0:
        raise argparse.ArgumentTypeError(f"takes TYPE=TFLOP/s such as bf16=989, got '{text}'")
    return name, value


def table(name, rows, peers, roofs, failures=()):
    """Every row of the bench with all peers that have a time, then what has none and why."""
    entries = {entry_key(entry): entry for entry in peers["rows"]}
    versions = ", ".join(f"{library} {version}" for library, version in peers["versions"].items() if version)
    lines = [
        f"# {name} beside its peers",
        "",
        f"- date: {peers['date']}; peers on {peers['name']}: {versions}",
        f"- command: `{peers['command']}`",
        f"- memory: {number(roofs.gigabytes_per_second)} GB/s ({roofs.memory_source or 'not measured'}); arithmetic: {arithmetic_text(roofs)}",
        "- times are medians in milliseconds; the factor is a peer's time divided by ours: above 1 we are faster. `graph`: the same calls in a CUDA graph.",
        f"- {WARM_MARK}: all that the operation moves is less than twice the cache, which may hold some of it between our calls, and our buffers did not take turns; the peers' did.",
        "",
        "| operation | type | shape | ours | fastest peer | factor | peers | of the limit |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [line(row, entries.get(row.key), roofs, peers["cacheBytes"]) for row in rows]
    reasons = absences(peers["rows"])
    for who, why, where in failures:
        reasons.setdefault((who, why), []).append(where)
    if reasons:
        lines += ["", "## Without a time", ""]
        lines += [f"- {peer}: {reason} ({some_of(where)})" for (peer, reason), where in reasons.items()]
    return "\n".join(lines) + "\n"


def entry_key(entry):
    return (entry["operation"], entry["type"], entry["precision"], tuple(entry["shape"]))


def line(row, entry, roofs, cache_bytes):
    times = times_of(row, entry)
    fastest = min(times, key=times.get) if times else None
    mark = f" {WARM_MARK}" if row.is_memory_bound and row.l2 != "cold" and row.bytes < 2 * cache_bytes else ""
    cells = [
        f"{row.operation} {row.variant}".strip(),
        row.type,
        shape_text(row.shape),
        number(row.milliseconds) + mark,
        fastest or "none",
        f"{times[fastest] / row.milliseconds:.2f}x" if fastest else "",
        ", ".join(f"{peer} {number(time)} ({time / row.milliseconds:.2f}x)" for peer, time in times.items()),
        share(row, roofs),
    ]
    return f"| {' | '.join(cells)} |"


def times_of(row, entry):
    """The milliseconds of each peer: those that the bench measured itself, as factors, and those of peers.py."""
    times = {peer: factor * row.milliseconds for peer, factor in row.peers.items() if factor is not None}
    for peer, measured in (entry["peers"] if entry else {}).items():
        if "milliseconds" in measured:
            times[peer] = measured["milliseconds"]
    return times


def share(row, roofs):
    limit, name = roofs.limit_of(row)
    return "" if limit is None else f"{limit / row.milliseconds:.0%} {name}"


def absences(entries):
    """(peer, reason) of all that has no time, with the rows that it concerns."""
    found = {}
    for entry in entries:
        where = f"{entry['operation']} {entry['type']} {shape_text(entry['shape'])}"
        reasons = [("all", entry["unknown"])] if "unknown" in entry else []
        reasons += [(peer, said.get("failed") or said.get("missing")) for peer, said in entry["peers"].items() if "milliseconds" not in said]
        for reason in reasons:
            found.setdefault(reason, []).append(where)
    return found


def some_of(rows):
    rest = len(rows) - ROWS_NAMED
    return ", ".join(rows[:ROWS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def arithmetic_text(roofs):
    if not roofs.teraflops_per_second:
        return "not measured"
    return ", ".join(f"{kind} {number(value)}" for kind, value in roofs.teraflops_per_second.items()) + f" TFLOP/s ({roofs.arithmetic_source})"


def number(value):
    return "?" if value is None else f"{value:.4g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
