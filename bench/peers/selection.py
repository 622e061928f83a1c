"""Orders, running sums and counts: where CuPy has functions of its own beside torch."""

from lab import Form, Unknown, Work

AXIS = 1


def tensor_of(lab, lengths):
    """[outer, middle, inner]; an inner length of 1 is left out, so that no library takes the axis for a strided one."""
    return lab.uniform(lengths[:2] if lengths[2] == 1 else lengths, -8, 8)


def cumulative_sum(lab, shape):
    arrays, absent = lab.array_forms(lambda x: lab.arrays.cumsum(x, axis=AXIS))

    def run(x):
        return lab.torch.cumsum(x, AXIS)

    return Work(inputs=lambda: (tensor_of(lab, shape),), forms=[Form("torch", run), *arrays], reference=run, compiled=run, absent=absent)


ANY_ELEMENTS = 2
BOTH_RISING = 2


def sort(lab, shape):
    """Values and their places, rising: [outer, middle, inner, which elements, which forms]."""
    *lengths, elements, forms = shape
    if (elements, forms) != (ANY_ELEMENTS, BOTH_RISING):
        raise Unknown(f"no peer for the elements {elements} and the forms {forms} of a sort")

    def in_arrays(x):
        places = lab.arrays.argsort(x, axis=AXIS)
        return lab.arrays.take_along_axis(x, places, AXIS), places

    def stable(x):
        return lab.torch.sort(x, dim=AXIS, stable=True)

    arrays, absent = lab.array_forms(in_arrays)
    return Work(
        inputs=lambda: (tensor_of(lab, lengths),),
        # The sort beside it is stable; torch promises that only when it is asked to.
        forms=[Form("torch", lambda x: lab.torch.sort(x, dim=AXIS)), Form("torch stable", stable), *arrays],
        reference=lambda x: (stable(x)[0], None),
        absent=absent,
    )


def top_k(lab, shape):
    """The largest k with their places, in order: [outer, middle, inner, k]."""
    *lengths, k = shape

    def in_arrays(x):
        places = lab.arrays.argpartition(x, x.shape[AXIS] - k, axis=AXIS)[:, -k:]
        values = lab.arrays.take_along_axis(x, places, AXIS)
        order = lab.arrays.argsort(-values, axis=AXIS)
        return lab.arrays.take_along_axis(values, order, AXIS), lab.arrays.take_along_axis(places, order, AXIS)

    arrays, absent = lab.array_forms(in_arrays)
    return Work(
        inputs=lambda: (tensor_of(lab, lengths),),
        forms=[Form("torch", lambda x: lab.torch.topk(x, k, dim=AXIS)), *arrays],
        reference=lambda x: (x.sort(dim=AXIS, descending=True)[0].narrow(AXIS, 0, k), None),
        absent=absent,
    )


LOW, HIGH = -3.0, 3.0


def histogram(lab, shape):
    """Counts in equal parts of [-3, 3]; the last length is the number of bins."""
    *lengths, bins = shape

    def reference(x):
        inside = x[(x >= LOW) & (x <= HIGH)]
        places = ((inside - LOW) * (bins / (HIGH - LOW))).long().clamp(max=bins - 1)
        return lab.torch.bincount(places, minlength=bins).double()

    def run(x):
        return lab.torch.histc(x, bins=bins, min=LOW, max=HIGH)

    forms = [Form("torch", run)]
    if lab.type in ("f16", "bf16"):
        # Of 16 bits the bins are found in 16 bits, if at all.
        forms.append(Form("torch in float32", lambda x: run(x.float())))
    arrays, absent = lab.array_forms(lambda x: lab.arrays.histogram(x, bins=bins, range=(LOW, HIGH))[0])
    return Work(
        inputs=lambda: (lab.uniform(tuple(lengths), -4, 4),),
        forms=[*forms, *arrays],
        reference=reference,
        absent=absent,
        # An element next to the end of a bin may round into either.
        tolerance=1e-3,
    )


WORKS = {"cumulative-sum": cumulative_sum, "sort": sort, "top-k": top_k, "histogram": histogram}
