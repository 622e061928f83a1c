"""Matrix products, convolutions and attention: what computes more than it moves."""

import math
from contextlib import contextmanager, nullcontext
from functools import partial

import triton_kernels
from lab import Form, Unknown, Work


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


def precision_of(lab):
    return partial(tf32, lab.torch) if lab.precision == "tf32" else nullcontext


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


# Which options a catalog case counts, from 1: (stride, padding). Dilated, grouped and channels-last cases are not timed by the bench.
CONVOLUTION_OPTIONS = {1: (1, 0), 2: (2, 1), 7: (1, 1)}


def conv2d(lab, shape):
    """[images, channels, height, width, filters, filter height, filter width, options], with a bias."""
    images, channels, height, width, filters, filter_height, filter_width, options = shape
    if options not in CONVOLUTION_OPTIONS:
        raise Unknown(f"no peer for the options {options} of a convolution")
    stride, padding = CONVOLUTION_OPTIONS[options]

    def run(x, w, bias):
        return lab.torch.nn.functional.conv2d(x, w, bias, stride=stride, padding=padding)

    def channels_last(x, w, bias):
        return *(tensor.contiguous(memory_format=lab.torch.channels_last) for tensor in (x, w)), bias

    return Work(
        inputs=lambda: (
            lab.uniform((images, channels, height, width), -1, 1),
            lab.uniform((filters, channels, filter_height, filter_width), -1, 1),
            lab.uniform((filters,), -1, 1),
        ),
        forms=[Form("torch", run), Form("torch channels-last", run, prepare=channels_last)],
        reference=run,
    )


BACKENDS = {"flash": "FLASH_ATTENTION", "efficient": "EFFICIENT_ATTENTION", "cudnn": "CUDNN_ATTENTION", "math": "MATH"}
CAUSAL = 2
FLASH_WIDTH_UNIT = 64


def attention(lab, shape, width_unit=1):
    """[batch, heads, heads of keys, queries, keys, head_dim, value_dim, options]; option 2 is causal."""
    batch, heads, key_heads, queries, keys, head_dim, value_dim, options = shape
    if options not in (1, CAUSAL) or (options == CAUSAL and queries != keys):
        raise Unknown(f"no peer for the options {options} of an attention of {queries} queries and {keys} keys")
    group = heads // key_heads
    head_dim, value_dim = head_dim * width_unit, value_dim * width_unit
    run = partial(plain_attention, lab.torch, is_causal=options == CAUSAL)

    def expanded(q, k, v):
        # Every head of keys stands beside each head of queries that reads it: some backends take them in no other way.
        return q, *(tensor.repeat_interleave(group, dim=1) for tensor in (k, v))

    backends, absent = sdpa_forms(lab, expanded, options == CAUSAL)
    return Work(
        inputs=lambda: (
            lab.uniform((batch, heads, queries, head_dim), -1.5, 1.5),
            lab.uniform((batch, key_heads, keys, head_dim), -1.5, 1.5),
            lab.uniform((batch, key_heads, keys, value_dim), -1, 1),
        ),
        forms=[Form("torch", run, prepare=expanded), *backends],
        reference=lambda q, k, v: run(*expanded(q, k, v)),
        absent=absent,
    )


def plain_attention(torch, q, k, v, is_causal):
    """softmax(q k^T / sqrt(head_dim)) v with the scores in memory."""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if is_causal:
        hidden = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(hidden, -math.inf)
    return torch.softmax(scores, -1) @ v


def sdpa_forms(lab, prepare, is_causal):
    """scaled_dot_product_attention with each backend; one that refuses the row says so when it is run."""
    function = getattr(lab.torch.nn.functional, "scaled_dot_product_attention", None)
    try:
        from torch.nn.attention import SDPBackend, sdpa_kernel
    except ImportError:
        function = None
    if function is None:
        return [], {f"sdpa {name}": f"torch {lab.torch.__version__} has no choice of attention backends" for name in BACKENDS}
    forms, absent = [], {}
    for name, member in BACKENDS.items():
        if hasattr(SDPBackend, member):
            around = partial(sdpa_kernel, getattr(SDPBackend, member))
            forms.append(Form(f"sdpa {name}", partial(function, is_causal=is_causal), prepare=prepare, around=around))
        else:
            absent[f"sdpa {name}"] = f"torch {lab.torch.__version__} has no such backend"
    return forms, absent


WORKS = {
    "matmul": matmul,
    "fused-product": fused_product,
    "conv2d": conv2d,
    "attention": attention,
    "flash-attention": partial(attention, width_unit=FLASH_WIDTH_UNIT),
}
