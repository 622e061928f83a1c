"""Backward passes, timed alone, and those of the operations on rows."""

from dataclasses import dataclass
from typing import Callable

from lab import Form, Work, in_float

EPSILON = 1e-5


@dataclass
class Backward:
    """The gradients of a function to all of its inputs, by torch's autograd.

    The forward pass runs before the clock starts, and what it has kept stays for every call; no `.grad` is added to.
    """

    torch: object
    forward: Callable

    def form(self, name, around=None):
        return Form(name, self._run, prepare=self._prepare) if around is None else Form(name, self._run, prepare=self._prepare, around=around)

    def _prepare(self, *tensors):
        *inputs, dy = tensors
        leaves = tuple(tensor.detach().requires_grad_() for tensor in inputs)
        return self.forward(*leaves), leaves, dy

    def _run(self, y, leaves, dy):
        return self.torch.autograd.grad(y, leaves, dy, retain_graph=True)


def softmax(lab, shape):
    """dx = y (dy - sum of y dy), from the output y."""
    torch = lab.torch

    def formula(y, dy):
        return y * (dy - (y * dy).sum(-1, keepdim=True))

    return Work(
        inputs=lambda: (torch.softmax(lab.uniform(shape, -3, 3), -1), lab.uniform(shape, -2, 2)),
        forms=[Form("torch", lambda y, dy: torch.ops.aten._softmax_backward_data(dy, y, -1, y.dtype))],
        reference=formula,
        compiled=in_float(lab, formula),
    )


def layer_norm(lab, shape):
    """dx, dgamma and dbeta."""
    columns = shape[-1]
    functional = lab.torch.nn.functional
    forward = Backward(lab.torch, lambda x, gamma, beta: functional.layer_norm(x, (columns,), gamma, beta, EPSILON))

    def formula(x, gamma, beta, dy):
        centred = x - x.mean(-1, keepdim=True)
        scale = (centred.square().mean(-1, keepdim=True) + EPSILON).rsqrt()
        normalized, g = centred * scale, dy * gamma
        dx = (g - g.mean(-1, keepdim=True) - normalized * (g * normalized).mean(-1, keepdim=True)) * scale
        return dx, over_rows(dy * normalized), over_rows(dy)

    return Work(
        inputs=lambda: (*rows_and_gamma(lab, shape), lab.uniform((columns,)), lab.uniform(shape, -2, 2)),
        forms=[forward.form("torch")],
        reference=formula,
        compiled=in_float(lab, formula),
    )


def rms_norm(lab, shape):
    """dx and dgamma."""
    columns = shape[-1]
    function = getattr(lab.torch.nn.functional, "rms_norm", None)

    def forward(x, gamma):
        return x * (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt() * gamma

    def formula(x, gamma, dy):
        scale = (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt()
        normalized, g = x * scale, dy * gamma
        return (g - normalized * (g * normalized).mean(-1, keepdim=True)) * scale, over_rows(dy * normalized)

    own = [] if function is None else [Backward(lab.torch, lambda x, gamma: function(x, (columns,), gamma, EPSILON)).form("torch rms_norm")]
    return Work(
        inputs=lambda: (*rows_and_gamma(lab, shape), lab.uniform(shape, -2, 2)),
        forms=[Backward(lab.torch, in_float(lab, forward)).form("torch"), *own],
        reference=formula,
        compiled=in_float(lab, formula),
        absent={} if own else {"torch rms_norm": f"torch {lab.torch.__version__} has no rms_norm"},
    )


def rows_and_gamma(lab, shape):
    return lab.uniform(shape, -3, 5), lab.uniform(shape[-1:], 0.5, 1.5)


def over_rows(x):
    return x.reshape(-1, x.shape[-1]).sum(0)


WORKS = {"softmax-gradient": softmax, "layer-norm-gradient": layer_norm, "rms-norm-gradient": rms_norm}
