"""The limits that rows are held against: memory in GB/s, arithmetic in TFLOP/s by type."""

from dataclasses import dataclass, field


@dataclass
class Roofs:
    """The sources say where each number comes from; a type without a number has no roof."""

    gigabytes_per_second: float | None = None
    memory_source: str = ""
    teraflops_per_second: dict = field(default_factory=dict)
    arithmetic_source: str = ""
    given: bool = False

    def limit_of(self, row):
        """The milliseconds that a row cannot fall under, and what sets them; (None, None) where that is not known.

        What the bench measured beside the row itself comes first, unless roofs were given by hand.
        """
        if row.limit_milliseconds and not self.given:
            return row.limit_milliseconds, row.limit
        times = {}
        if self.gigabytes_per_second and row.bytes:
            times["memory"] = row.bytes / self.gigabytes_per_second / 1e6
        if row.flops and not row.is_memory_bound:
            if row.unit not in self.teraflops_per_second:
                return None, None
            times["arithmetic"] = row.flops / self.teraflops_per_second[row.unit] / 1e9
        if not times:
            return None, None
        name = max(times, key=times.get)
        return times[name], name


def find_roofs(rows, limits, bandwidth=None, teraflops=None):
    """From the arguments where there are some, else as the bench measured them, else as the peers' libraries reach them.

    A copy of few bytes may stay in a cache, so the bench's copy of the most bytes counts.
    """
    roofs = Roofs(given=bool(bandwidth or teraflops))
    copies = [row for row in rows if row.limit == "copy" and row.limit_milliseconds]
    if bandwidth:
        roofs.gigabytes_per_second, roofs.memory_source = bandwidth, "given"
    elif copies:
        largest = max(copies, key=lambda row: row.bytes)
        roofs.gigabytes_per_second, roofs.memory_source = largest.bytes / largest.limit_milliseconds / 1e6, "the bench's copy"
    elif limits.get("copyGigabytesPerSecond"):
        roofs.gigabytes_per_second, roofs.memory_source = limits["copyGigabytesPerSecond"], "torch's copy"
    measured = {}
    for row in rows:
        if row.limit == "multiply-add" and row.limit_milliseconds:
            measured[row.unit] = max(measured.get(row.unit, 0), row.flops / row.limit_milliseconds / 1e9)
    if teraflops:
        roofs.teraflops_per_second, roofs.arithmetic_source = dict(teraflops), "given"
    elif measured:
        roofs.teraflops_per_second, roofs.arithmetic_source = measured, "the bench's multiply-adds"
    elif limits.get("productTeraflopsPerSecond"):
        roofs.teraflops_per_second, roofs.arithmetic_source = dict(limits["productTeraflopsPerSecond"]), "torch's product of large matrices"
    if "tf32" in roofs.teraflops_per_second:
        roofs.teraflops_per_second.setdefault("tf32x3", roofs.teraflops_per_second["tf32"] / 3)
    return roofs
