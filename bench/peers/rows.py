"""The rows that `bench --json` of the command line writes."""

import json
from dataclasses import dataclass, field

# Below so many FLOPs per byte an operation streams its operands: the command line measures a copy as the limit of those.
ARITHMETIC_INTENSITY = 8

# What the operands of a product are where the row's type is that of its result.
OPERANDS = {"quantized-gemm": "i8", "float8-gemm": "f8", "block-scaled-gemm": "f8", "quantized-attention": "f8"}
FLOAT8_FORMATS = ("e4m3", "e5m2")


@dataclass(frozen=True)
class Row:
    """One measured line; times in milliseconds."""

    operation: str
    type: str
    variant: str
    shape: tuple
    milliseconds: float
    bytes: float
    flops: float
    limit_milliseconds: float | None = None
    limit: str | None = None
    l2: str | None = None
    peers: dict = field(default_factory=dict)

    @property
    def is_memory_bound(self):
        return self.flops <= ARITHMETIC_INTENSITY * self.bytes

    @property
    def precision(self):
        """tf32 where the kernel rounds its operands to it, the formats of 8-bit floats where they are not e4m3 both.

        What splits its operands (tf32x3) promises float32 and is measured against that.
        """
        parts = self.variant.split("-")
        formats = [part for part in parts if part in FLOAT8_FORMATS]
        return "tf32" if "tf32" in parts else "-".join(formats) or self.type

    @property
    def unit(self):
        """Whose roof the products stand under. Three products of tf32 make one of float32 where the operands are split."""
        if self.operation in OPERANDS:
            return OPERANDS[self.operation]
        is_split = "tf32x3" in self.variant.split("-") or (self.variant, self.type) == ("split-k", "f32")
        return "tf32x3" if is_split else self.precision

    @property
    def key(self):
        """What a peer has to compute: the same for all variants of one precision."""
        return (self.operation, self.type, self.precision, self.shape)


def read_bench(path):
    """The name of the device and the timed rows of a file: one document of `bench --json` or an array of them."""
    documents = read_documents(path)
    return documents[0]["name"], [parse_row(row) for document in documents for row in document["rows"] if row["milliseconds"] is not None]


def read_failures(path):
    """(what failed, why, the row) of all that has computed something wrong, and so has no time."""
    failures = []
    for row in (row for document in read_documents(path) for row in document["rows"]):
        where = f"{row['operation']} {row['variant']} {row['type']} {shape_text(row['shape'])}".replace("  ", " ")
        own = [("ours", row["failed"])] if row.get("failed") else []
        failures += [(who, why, where) for who, why in own + list(row.get("failedPeers", {}).items())]
    return failures


def read_documents(path):
    with open(path, encoding="utf-8") as file:
        documents = json.load(file)
    if isinstance(documents, dict):
        documents = [documents]
    if not documents:
        raise ValueError(f"{path} holds no document of bench --json")
    return documents


def parse_row(row):
    milliseconds = float(row["milliseconds"])
    share = row["limitShare"]
    return Row(
        operation=row["operation"],
        type=row["type"],
        variant=row["variant"],
        shape=tuple(row["shape"]),
        milliseconds=milliseconds,
        bytes=row["gigabytesPerSecond"] * milliseconds * 1e6,
        flops=row["teraflopsPerSecond"] * milliseconds * 1e9,
        limit_milliseconds=None if share is None else share * milliseconds,
        limit=row["limit"],
        l2=row.get("l2"),
        peers=dict(row["peers"]),
    )


def shape_text(shape):
    return "x".join(str(length) for length in shape)
