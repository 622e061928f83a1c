"""The convolution and its gradients, channels first and channels last."""

from functools import partial

from lab import Form, Unknown, Work

# Which options a catalog case counts, from 1: (stride, padding). Dilated, grouped and channels-last cases are not timed by the bench.
OPTIONS = {1: (1, 0), 2: (2, 1), 7: (1, 1)}


class Shape:
    """[images, channels, height, width, filters, filter height, filter width, options]."""

    def __init__(self, shape):
        images, channels, height, width, filters, filter_height, filter_width, options = shape
        if options not in OPTIONS:
            raise Unknown(f"no peer for the options {options} of a convolution")
        self.stride, self.padding = OPTIONS[options]
        self.kernel = filter_height, filter_width
        self.x = images, channels, height, width
        self.w = filters, channels, *self.kernel
        self.y = images, filters, *(self._after(length, size) for length, size in zip((height, width), self.kernel))

    def _after(self, length, size):
        return (length + 2 * self.padding - size) // self.stride + 1

    @property
    def steps(self):
        return {"padding": self.padding, "stride": self.stride}


def layouts(lab, run, prepare=lambda *tensors: tensors):
    """A form for each order of the elements; `prepare` adds what the function wants beside the inputs."""

    def channels_last(*tensors):
        return tuple(tensor.contiguous(memory_format=lab.torch.channels_last) if tensor.dim() == 4 else tensor for tensor in prepare(*tensors))

    return [Form("torch", run, prepare=prepare), Form("torch channels-last", run, prepare=channels_last)]


def conv2d(lab, shape):
    """With a bias."""
    at = Shape(shape)
    functional = lab.torch.nn.functional

    def reference(x, w, bias):
        # A product with the patches, image by image: no library's convolution of float64 is in it.
        patches = functional.unfold(x, at.kernel, **at.steps)
        return (w.flatten(1) @ patches).reshape(at.y) + bias.reshape(1, -1, 1, 1)

    return Work(
        inputs=lambda: (lab.uniform(at.x, -1, 1), lab.uniform(at.w, -1, 1), lab.uniform(at.w[:1], -1, 1)),
        forms=layouts(lab, partial(functional.conv2d, **at.steps)),
        reference=reference,
    )


def backward(lab, at, mask):
    """The library's gradient to the input, the weights or the bias, as the mask says."""
    function = lab.torch.ops.aten.convolution_backward

    def run(dy, x, w):
        return function(dy, x, w, [at.w[0]], [at.stride] * 2, [at.padding] * 2, [1, 1], False, [0, 0], 1, mask)

    return run


def input_gradient(lab, shape):
    at = Shape(shape)
    run = backward(lab, at, [True, False, False])

    def reference(dy, w):
        return lab.torch.nn.functional.fold(w.flatten(1).t() @ dy.flatten(2), at.x[2:], at.kernel, **at.steps)

    return Work(
        inputs=lambda: (lab.uniform(at.y, -1, 1), lab.uniform(at.w, -1, 1)),
        # Of the input the shape alone counts.
        forms=layouts(lab, lambda dy, x, w: run(dy, x, w)[0], prepare=lambda dy, w: (dy, w.new_empty(at.x), w)),
        reference=reference,
    )


def weight_gradient(lab, shape):
    at = Shape(shape)
    run = backward(lab, at, [False, True, False])

    def reference(x, dy):
        patches = lab.torch.nn.functional.unfold(x, at.kernel, **at.steps)
        return (dy.flatten(2) @ patches.transpose(1, 2)).sum(0)

    return Work(
        inputs=lambda: (lab.uniform(at.x, -1, 1), lab.uniform(at.y, -1, 1)),
        forms=layouts(lab, lambda x, dy, w: run(dy, x, w)[1], prepare=lambda x, dy: (x, dy, x.new_empty(at.w))),
        reference=reference,
    )


WORKS = {"conv2d": conv2d, "conv2d-input-gradient": input_gradient, "conv2d-weight-gradient": weight_gradient}
