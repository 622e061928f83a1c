"""Every operation of the catalog that the peers here can do, by its name."""

import products
import selection
import streaming
from lab import Unknown

WORKS = products.WORKS | streaming.WORKS | selection.WORKS


def work_of(lab, row):
    """The work of a row in its element type; raises Unknown where no peer does the same."""
    if row.operation not in WORKS:
        raise Unknown(f"no peer for {row.operation}")
    lab.take(row)
    return WORKS[row.operation](lab, row.shape)
