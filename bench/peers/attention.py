"""Attention and its gradient, by each backend of torch."""

import math
from functools import partial

from gradients import Backward
from lab import Form, Unknown, Work

BACKENDS = {"flash": "FLASH_ATTENTION", "efficient": "EFFICIENT_ATTENTION", "cudnn": "CUDNN_ATTENTION", "math": "MATH"}
# Which of them read a head of keys for several heads of queries without a copy of it for each.
GROUPED = ("flash", "cudnn")
CAUSAL = 2
FLASH_WIDTH_UNIT = 64


class Shape:
    """[batch, heads, heads of keys, queries, keys, head_dim, value_dim, options]; option 2 is causal."""

    def __init__(self, shape, width_unit):
        batch, heads, key_heads, queries, keys, head_dim, value_dim, options = shape
        if options not in (1, CAUSAL) or (options == CAUSAL and queries != keys):
            raise Unknown(f"no peer for the options {options} of an attention of {queries} queries and {keys} keys")
        self.is_causal = options == CAUSAL
        self.group = heads // key_heads
        self.queries = batch, heads, queries, head_dim * width_unit
        self.keys = batch, key_heads, keys, head_dim * width_unit
        self.values = batch, key_heads, keys, value_dim * width_unit
        self.output = batch, heads, queries, value_dim * width_unit

    def inputs(self, lab):
        return lab.uniform(self.queries, -1.5, 1.5), lab.uniform(self.keys, -1.5, 1.5), lab.uniform(self.values, -1, 1)

    def expanded(self, q, k, v):
        """Every head of keys beside each head of queries that reads it: some backends take them in no other way."""
        return q, *(tensor if self.group == 1 else tensor.repeat_interleave(self.group, dim=1) for tensor in (k, v))

    @property
    def heads(self):
        """(sequence, head, its head of keys)."""
        return [(sequence, head, head // self.group) for sequence in range(self.queries[0]) for head in range(self.queries[1])]


def weights(torch, q, k, is_causal):
    """softmax(q k^T / sqrt(head_dim)), with the scores in memory."""
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if is_causal:
        scores.masked_fill_(torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1), -math.inf)
    return torch.softmax(scores, -1)


def plain(torch, q, k, v, is_causal):
    return weights(torch, q, k, is_causal) @ v


def attention(lab, shape, width_unit=1):
    at = Shape(shape, width_unit)
    run = partial(plain, lab.torch, is_causal=at.is_causal)

    def reference(q, k, v):
        # A head at a time: its scores in float64 take half a gigabyte where there are 8192 of either.
        y = q.new_empty(at.output)
        for sequence, head, source in at.heads:
            y[sequence, head] = run(q[sequence, head], k[sequence, source], v[sequence, source])
        return y

    choices, absent = backends(lab, at)
    forms = [Form(name, function, prepare=at.expanded if is_expanded else unchanged, around=around) for name, function, around, is_expanded in choices]
    return Work(inputs=lambda: at.inputs(lab), forms=[Form("torch", run, prepare=at.expanded), *forms], reference=reference, absent=absent)


def gradient(lab, shape, width_unit=1):
    """dq, dk and dv from dy: the backward pass alone, whose forward pass has run before the clock starts."""
    at = Shape(shape, width_unit)
    torch = lab.torch

    def reference(q, k, v, dy):
        dq, dk, dv = (torch.zeros_like(tensor) for tensor in (q, k, v))
        scale = 1 / math.sqrt(q.shape[-1])
        for sequence, head, source in at.heads:
            mine, keys, values, up = q[sequence, head], k[sequence, source], v[sequence, source], dy[sequence, head]
            p = weights(torch, mine, keys, at.is_causal)
            dv[sequence, source] += p.t() @ up
            dp = up @ values.t()
            dp -= (p * dp).sum(-1, keepdim=True)
            dp *= p
            dq[sequence, head] = dp @ keys * scale
            dk[sequence, source] += dp.t() @ mine * scale
        return dq, dk, dv

    choices, absent = backends(lab, at, without=("math",))
    forms = []
    for name, function, around, is_expanded in choices:
        # Copies of heads of keys are a part of the forward pass, and their sum one of the backward pass.
        forward = (lambda q, k, v, function=function: function(*at.expanded(q, k, v))) if is_expanded else function
        forms.append(Backward(torch, forward).form(name, around))
    plainly = Backward(torch, lambda q, k, v: plain(torch, *at.expanded(q, k, v), is_causal=at.is_causal))
    return Work(
        inputs=lambda: (*at.inputs(lab), lab.uniform(at.output, -1, 1)),
        forms=[plainly.form("torch"), *forms],
        reference=reference,
        absent=absent,
    )


def unchanged(*inputs):
    return inputs


def backends(lab, at, without=()):
    """(name, function, what is around it, whether it wants heads of keys expanded) of each backend, and what there is not.

    A backend that refuses the row says so when it is run.
    """
    names = {name: member for name, member in BACKENDS.items() if name not in without}
    function = getattr(lab.torch.nn.functional, "scaled_dot_product_attention", None)
    try:
        from torch.nn.attention import SDPBackend, sdpa_kernel
    except ImportError:
        function = None
    if function is None:
        return [], {f"sdpa {name}": f"torch {lab.torch.__version__} has no choice of attention backends" for name in names}
    run = partial(function, is_causal=at.is_causal)
    choices, absent = [], {}
    for name, member in names.items():
        if not hasattr(SDPBackend, member):
            absent[f"sdpa {name}"] = f"torch {lab.torch.__version__} has no such backend"
            continue
        around = partial(sdpa_kernel, getattr(SDPBackend, member))
        choices.append((f"sdpa {name}", run, around, True))
        if at.group > 1 and name in GROUPED:
            choices.append((f"sdpa {name} grouped", partial(run, enable_gqa=True), around, False))
    return choices, absent


def quantized(lab, shape):
    raise Unknown("torch has no attention of 8-bit floats")


WORKS = {
    "attention": attention,
    "flash-attention": partial(attention, width_unit=FLASH_WIDTH_UNIT),
    "attention-gradient": gradient,
    "flash-attention-gradient": partial(gradient, width_unit=FLASH_WIDTH_UNIT),
    "quantized-attention": quantized,
}
