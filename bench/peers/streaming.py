"""Operations that move their operands once and compute little: elementwise ones, rows, copies, losses, dropout."""

from functools import partial

import triton_kernels
from lab import Form, Work, in_float


def unary(name, low=-4.0, high=4.0):
    """y = f(x) by the function of torch or of torch.nn.functional that has the name."""

    def work(lab, shape):
        run = getattr(lab.torch, name, None) or getattr(lab.torch.nn.functional, name)
        return Work(inputs=lambda: (lab.uniform(shape, low, high),), forms=[Form("torch", run)], reference=run, compiled=run)

    return work


def gelu(lab, shape, approximate):
    run = partial(lab.torch.nn.functional.gelu, approximate=approximate)
    return Work(inputs=lambda: (lab.uniform(shape),), forms=[Form("torch", run)], reference=run, compiled=run)


def binary(name, low=-50.0, high=50.0):
    """y = f(a, b) with b one row that is broadcast, as in the catalog's case."""

    def work(lab, shape):
        run = getattr(lab.torch, name)
        row = (1,) * (len(shape) - 1) + tuple(shape[-1:])
        return Work(
            inputs=lambda: (lab.uniform(shape, low, high), lab.uniform(row, low, high)),
            forms=[Form("torch", run)],
            reference=run,
            compiled=run,
        )

    return work


def reduction(name, low, high):
    """One number from all elements."""

    def work(lab, shape):
        run = getattr(lab.torch, name)
        # A sum of so many halves leaves their range unless they are small.
        scale = 1e-3 if lab.type == "f16" else 1
        return Work(inputs=lambda: (lab.uniform(shape, low * scale, high * scale),), forms=[Form("torch", run)], reference=run, compiled=run)

    return work


def softmax(lab, shape):
    def reference(x):
        exponentials = (x - x.amax(-1, keepdim=True)).exp()
        return exponentials / exponentials.sum(-1, keepdim=True)

    kernels, absent = triton_kernels.forms(lab, "softmax", triton_kernels.softmax)
    run = partial(lab.torch.softmax, dim=-1)
    return Work(inputs=lambda: (lab.uniform(shape, -3, 5),), forms=[Form("torch", run), *kernels], reference=reference, compiled=run, absent=absent)


def log_softmax(lab, shape):
    run = partial(lab.torch.log_softmax, dim=-1)
    return Work(inputs=lambda: (lab.uniform(shape, -3, 5),), forms=[Form("torch", run)], reference=lambda x: x - x.logsumexp(-1, keepdim=True), compiled=run)


EPSILON = 1e-5


def layer_norm(lab, shape):
    columns = shape[-1]

    def run(x, gamma, beta):
        return lab.torch.nn.functional.layer_norm(x, (columns,), gamma, beta, EPSILON)

    def reference(x, gamma, beta):
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.square().mean(-1, keepdim=True) + EPSILON).sqrt() * gamma + beta

    return Work(
        inputs=lambda: (lab.uniform(shape, -3, 5), lab.uniform((columns,), 0.5, 1.5), lab.uniform((columns,))),
        forms=[Form("torch", run)],
        reference=reference,
        compiled=run,
    )


def rms_norm(lab, shape):
    columns = shape[-1]

    def formula(x, gamma):
        return x * (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt() * gamma

    run = in_float(lab, formula)
    function = getattr(lab.torch.nn.functional, "rms_norm", None)
    own = [] if function is None else [Form("torch rms_norm", lambda x, gamma: function(x, (columns,), gamma, EPSILON))]
    return Work(
        inputs=lambda: (lab.uniform(shape, -3, 5), lab.uniform((columns,), 0.5, 1.5)),
        forms=[Form("torch", run), *own],
        reference=formula,
        compiled=run,
        absent={} if own else {"torch rms_norm": f"torch {lab.torch.__version__} has no rms_norm"},
    )


def permuted(order_of):
    """A copy with the dimensions in another order."""

    def work(lab, shape):
        order = order_of(len(shape))

        def run(x):
            return x.permute(order).contiguous()

        return Work(inputs=lambda: (lab.uniform(shape),), forms=[Form("torch", run)], reference=run, compiled=run)

    return work


def embedding(lab, shape):
    """[rows, columns] of the table and the shape of the indices."""
    rows, columns, *index_shape = shape
    return Work(
        inputs=lambda: (lab.indices(tuple(index_shape), rows), lab.uniform((rows, columns))),
        forms=[Form("torch", lab.torch.nn.functional.embedding)],
        reference=lambda index, table: table.index_select(0, index.reshape(-1)),
        compiled=lab.torch.nn.functional.embedding,
    )


IGNORED = -1
LOSS_SCALE = 0.5


def cross_entropy(lab, shape):
    """What the row times: the gradient 0.5 (softmax(x) - one-hot of the labels), 0 in a row whose label is -1.

    torch has no call for it alone: the eager form is the loss and its backward pass, the compiled one the formula.
    """
    torch = lab.torch
    rows, classes = shape

    def eager(x, labels):
        logits = x.detach().requires_grad_()
        loss = torch.nn.functional.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum") * LOSS_SCALE
        return torch.autograd.grad(loss, logits)[0]

    def formula(x, labels):
        hits = torch.arange(classes, device=x.device) == labels[:, None]
        gradient = LOSS_SCALE * (torch.softmax(x, -1) - hits.to(x.dtype))
        return torch.where((labels == IGNORED)[:, None], torch.zeros_like(gradient), gradient)

    def inputs():
        labels = lab.indices((rows,), classes)
        labels[::7] = IGNORED
        return lab.uniform(shape), labels

    return Work(inputs=inputs, forms=[Form("torch", eager)], reference=formula, compiled=formula)


DROPPED = 0.4


def dropout(lab, shape):
    """Some 0.4 of the elements become 0, the others grow by 1 / 0.6; each library draws others."""
    torch = lab.torch
    run = partial(torch.nn.functional.dropout, p=DROPPED, training=True)

    def judge(lab, output, scaled):
        """How far the elements that are left are from what they should be, where as many as it should be are left."""
        kept = output.double().reshape(-1)
        scaled = scaled.reshape(-1)
        is_kept = kept != 0
        count = scaled.numel()
        most = 5 * (DROPPED * (1 - DROPPED) / count) ** 0.5 if count else 0
        if kept.numel() != count or abs(1 - float(is_kept.double().mean()) - DROPPED) > most:
            return float("inf")
        return float((kept - scaled)[is_kept].norm() / scaled[is_kept].norm())

    return Work(
        inputs=lambda: (lab.uniform(shape),),
        forms=[Form("torch", run)],
        reference=lambda x: x / (1 - DROPPED),
        compiled=run,
        judge=judge,
    )


WORKS = {
    "exp": unary("exp", -20, 11),
    "log": unary("log", 0.01, 100),
    "sqrt": unary("sqrt", 0, 100),
    "rsqrt": unary("rsqrt", 0.01, 100),
    "sin": unary("sin", -100, 100),
    "cos": unary("cos", -100, 100),
    "erf": unary("erf"),
    "abs": unary("abs"),
    "relu": unary("relu"),
    "sigmoid": unary("sigmoid", -20, 20),
    "tanh": unary("tanh"),
    "silu": unary("silu", -20, 20),
    "softplus": unary("softplus", -20, 20),
    "gelu": partial(gelu, approximate="none"),
    "gelu-tanh": partial(gelu, approximate="tanh"),
    "add": binary("add"),
    "subtract": binary("subtract"),
    "multiply": binary("multiply"),
    "sum": reduction("sum", 0, 3),
    "mean": reduction("mean", 0, 3),
    "max": reduction("max", -100, 100),
    "min": reduction("min", -100, 100),
    "softmax": softmax,
    "log-softmax": log_softmax,
    "layer-norm": layer_norm,
    "rms-norm": rms_norm,
    "transpose": permuted(lambda rank: (*range(rank - 2), rank - 1, rank - 2)),
    "permute": permuted(lambda rank: tuple(reversed(range(rank)))),
    "embedding": embedding,
    "cross-entropy": cross_entropy,
    "dropout": dropout,
}
