"""Matrix products of floating-point numbers."""

from contextlib import contextmanager, nullcontext
from functools import partial

import triton_kernels
from lab import Form, Work


def matmul(lab, shape):
    """[m, n, k] and optionally a batch: A [batch, m, k] times B [k, n], elements in [-1, 1]."""
    m, n, k, *batch = shape
    around = precision_of(lab)
    forms = [Form("torch", lab.torch.matmul, around=around)]
    # Float32 itself is no work for tensor cores, and Triton takes minutes to compile its large tiles of multiply-adds.
    suits_triton = not batch and lab.precision != "f32"
    kernels, absent = triton_kernels.forms(lab, "matmul", triton_kernels.matmul if suits_triton else None)
    return Work(
        inputs=lambda: (lab.uniform((*batch, m, k), -1, 1), lab.uniform((k, n), -1, 1)),
        forms=forms + kernels,
        reference=lab.torch.matmul,
        absent=absent,
    )


def fused_product(lab, shape):
    """gelu(A B + bias) + residual, elements of the operands in [-0.4, 0.4]."""
    m, n, k, *batch = shape
    gelu = lab.torch.nn.functional.gelu

    def run(a, b, bias, residual):
        return gelu(lab.torch.matmul(a, b) + bias) + residual

    return Work(
        inputs=lambda: (lab.uniform((*batch, m, k), -0.4, 0.4), lab.uniform((k, n), -0.4, 0.4), lab.uniform((n,)), lab.uniform((*batch, m, n), -1, 1)),
        forms=[Form("torch", run, around=precision_of(lab))],
        reference=run,
        compiled=run,
    )


def gated_product(lab, shape):
    """silu(A G + bias) * (A U), with G and U side by side in one matrix."""
    m, n, k, *batch = shape
    silu = lab.torch.nn.functional.silu

    def run(a, weights, bias):
        gate, up = lab.torch.matmul(a, weights).chunk(2, -1)
        return silu(gate + bias) * up

    return Work(
        inputs=lambda: (lab.uniform((*batch, m, k), -0.4, 0.4), lab.uniform((k, 2 * n), -0.2, 0.2), lab.uniform((n,))),
        forms=[Form("torch", run, around=precision_of(lab))],
        reference=run,
        compiled=run,
    )


def precision_of(lab):
    return partial(tf32, lab.torch) if lab.precision == "tf32" else nullcontext


# One function alone turns tf32 on and off: since 2.9 there is a second way, torch.backends.cuda.matmul.fp32_precision, and torch refuses
# to compute, and to compile, where the two have been mixed.
@contextmanager
def tf32(torch):
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision("highest")


def demand_full_precision(torch, device):
    """float32 stays float32, and sums of 16-bit products stay in float32 too, as the kernels beside it promise."""
    torch.set_float32_matmul_precision("highest")
    if device == "cuda":
        torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
        torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
        torch.backends.cudnn.allow_tf32 = False
        # The fastest of cuDNN's algorithms, found before the clock starts.
        torch.backends.cudnn.benchmark = True


WORKS = {"matmul": matmul, "fused-product": fused_product, "gated-product": gated_product}
