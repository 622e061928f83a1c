"""Every operation of the catalog that the peers here can do, by its name."""

import attention
import convolutions
import gradients
import optimizers
import products
import quantized
import selection
import streaming
from lab import Unknown

FAMILIES = (products, attention, convolutions, quantized, streaming, gradients, optimizers, selection)
WORKS = {name: work for family in FAMILIES for name, work in family.WORKS.items()}


def work_of(lab, row):
    """The work of a row in its element type; raises Unknown where no peer does the same."""
    if row.operation not in WORKS:
        raise Unknown(f"no peer for {row.operation}")
    lab.take(row)
    return WORKS[row.operation](lab, row.shape)
