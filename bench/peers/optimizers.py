"""Steps of Adam, on one parameter and on a list of them."""

from functools import partial

from lab import Form, Unknown, Work

ADAM = {"lr": 0.01, "betas": (0.9, 0.999), "eps": 0.125, "weight_decay": 0.1}
STEP = 3
# What stands beside the tensor of the row's shape in the catalog's table; an empty one too, which torch is spared.
COMPANIONS = ((7, 5), (), (300,))


def adam(lab, shape, decoupled, companions=()):
    """One step with moments that are there already; the catalog's case also scales the gradient, which moves no more bytes."""
    if lab.type not in ("f32", "f64"):
        raise Unknown("torch keeps the moments of a 16-bit weight in 16 bits, which is other work: here they are float32")
    kind = lab.torch.optim.AdamW if decoupled else lab.torch.optim.Adam
    lengths = (shape, *companions)

    def prepare(options, *tensors):
        """An optimizer in the middle of its training; what it reads and writes are copies, so that a check begins anew."""
        parameters = [lab.torch.nn.Parameter(w.clone()) for w, *_ in quartets(tensors)]
        optimizer = kind(parameters, **ADAM, **options)
        for parameter, (_, g, m, v) in zip(parameters, quartets(tensors)):
            parameter.grad = g.clone()
            step = lab.torch.tensor(float(STEP - 1), device=g.device if options.get("fused") else "cpu")
            optimizer.state[parameter] = {"step": step, "exp_avg": m.clone(), "exp_avg_sq": v.clone()}
        return optimizer, parameters

    def run(optimizer, parameters):
        optimizer.step()
        return [parameter.detach() for parameter in parameters]

    def formula(w, g, m, v):
        beta1, beta2 = ADAM["betas"]
        w, g = (w * (1 - ADAM["lr"] * ADAM["weight_decay"]), g) if decoupled else (w, g + ADAM["weight_decay"] * w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        scaled = (v / (1 - beta2**STEP)).sqrt() + ADAM["eps"]
        return w - ADAM["lr"] / (1 - beta1**STEP) * m / scaled, m, v

    def in_place(*tensors):
        for w, g, m, v in quartets(tensors):
            for old, new in zip((w, m, v), formula(w, g, m, v)):
                old.copy_(new)
        return tensors[::4]

    def inputs():
        ranges = ((-4, 4), (-4, 4), (-1, 1), (0, 1))
        return tuple(lab.uniform(each, *limits) for each in lengths for limits in ranges)

    # A graph records the fused step alone, which counts on the device, where it is told that it may.
    fused = {"fused": True, "capturable": True} if lab.device == "cuda" else {"fused": True}
    return Work(
        inputs=inputs,
        forms=[Form("torch foreach", run, prepare=partial(prepare, {"foreach": True})), Form("torch fused", run, prepare=partial(prepare, fused))],
        reference=lambda *tensors: tuple(formula(*each)[0] for each in quartets(tensors)),
        compiled=in_place,
    )


def quartets(tensors):
    """Parameter, gradient and moments of each."""
    return [tensors[i : i + 4] for i in range(0, len(tensors), 4)]


WORKS = {
    "adam": partial(adam, decoupled=False),
    "adamw": partial(adam, decoupled=True),
    "multi-tensor-adam": partial(adam, decoupled=False, companions=COMPANIONS),
    "multi-tensor-adamw": partial(adam, decoupled=True, companions=COMPANIONS),
}
