"""What the operations are made of: a lab with the libraries that are here, and the work of one row with the forms that do it."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Callable

TYPE_NAMES = {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16"}

# ||result - reference|| / ||reference|| of a right result; one of NaN never passes.
TOLERANCES = {"f64": 1e-12, "f32": 1e-5, "tf32": 2e-3, "f16": 2e-3, "bf16": 1.6e-2}


def unchanged(*inputs):
    return inputs


@dataclass
class Form:
    """One way to do the work. `prepare` makes its own form of the inputs before the clock starts; `around` holds while either runs."""

    name: str
    run: Callable
    prepare: Callable = unchanged
    around: Callable = nullcontext


@dataclass
class Work:
    """What a row's operation does.

    `inputs` makes a fresh set of random inputs; `reference` gives the results from them in float64, a None for what is not compared.
    `compiled` is what torch.compile gets, None where it would only call the library that the eager form calls; `absent` holds the
    forms that this machine has not, with the reason. `tolerance` is the largest relative error, where it is not that of the type.
    `judge` gives the error of a result from what `reference` gave, where there is no one right result.
    """

    inputs: Callable
    forms: list
    reference: Callable
    compiled: Callable | None = None
    absent: dict = field(default_factory=dict)
    tolerance: float | None = None
    judge: Callable | None = None

    def expected(self, inputs):
        """What comes of the inputs in float64; those of whole numbers stay as they are."""
        return self.reference(*(in_double(tensor) for tensor in inputs))

    def error(self, lab, output, expected):
        return (self.judge or error_of)(lab, output, expected)

    def limit(self, lab):
        return self.tolerance or TOLERANCES[lab.precision]


def in_double(tensor):
    if not tensor.is_floating_point():
        return tensor
    # Not every version takes 8-bit floats to float64 at once.
    return tensor.float().double() if tensor.element_size() == 1 else tensor.double()


class Unknown(Exception):
    """The row means something that no peer here computes."""


class Lab:
    """The device, the element type, and the libraries: torch, the array library (CuPy on a GPU, NumPy on the processor), Triton."""

    def __init__(self, torch, device, arrays=None, triton=None):
        self.torch, self.device, self.arrays, self.triton = torch, device, arrays, triton
        self.type, self.precision, self.dtype = "f32", "f32", torch.float32
        self._generator = torch.Generator(device=device)
        self._generator.manual_seed(1)

    @property
    def arrays_name(self):
        return "cupy" if self.device == "cuda" else "numpy"

    def take(self, row):
        """Turns to a row's element type."""
        if row.type not in TYPE_NAMES:
            raise Unknown(f"peers are compared in {', '.join(TYPE_NAMES)}, not in {row.type}")
        self.type, self.precision = row.type, row.precision
        self.dtype = getattr(self.torch, TYPE_NAMES[row.type])

    def uniform(self, shape, low=-4.0, high=4.0):
        """Random numbers, never one value: memory of equal values costs a GPU less power, and so less time."""
        wide = self.torch.float64 if self.type == "f64" else self.torch.float32
        random = self.torch.rand(shape, generator=self._generator, device=self.device, dtype=wide)
        return (random * (high - low) + low).to(self.dtype)

    def indices(self, shape, count):
        return self.torch.randint(count, shape, generator=self._generator, device=self.device)

    def bytes(self, shape):
        """8-bit whole numbers, all of them."""
        return self.torch.randint(-128, 128, shape, generator=self._generator, device=self.device, dtype=self.torch.int8)

    def named(self, name):
        """An attribute of torch, or Unknown with the version that has it not."""
        if not hasattr(self.torch, name):
            raise Unknown(f"torch {self.torch.__version__} has no {name}")
        return getattr(self.torch, name)

    def array_forms(self, run):
        """The form of the array library, for the forms of a work, and what there is to say where it has none."""
        if self.arrays is None:
            return [], {self.arrays_name: "not installed"}
        if self.type == "bf16":
            return [], {self.arrays_name: "it has no bfloat16"}
        return [Form(self.arrays_name, run, prepare=lambda *tensors: tuple(self.arrays.from_dlpack(tensor) for tensor in tensors))], {}


def in_float(lab, function):
    """The function with 16-bit tensors taken to float32 and its results taken back, as a program writes it that shall not lose more."""

    def run(*tensors):
        dtype = tensors[0].dtype
        if dtype not in (lab.torch.float16, lab.torch.bfloat16):
            return function(*tensors)
        # torch.compile reads lists in every version, generators in newer ones.
        results = function(*[tensor.float() for tensor in tensors])
        return tuple([result.to(dtype) for result in results]) if isinstance(results, tuple) else results.to(dtype)

    return run


def results_of(output):
    return output if isinstance(output, (tuple, list)) else (output,)


def error_of(lab, output, expected):
    """The largest relative error of the results that a reference has; infinity where one is missing, misshapen or not finite."""
    worst = 0.0
    for got, wanted in zip(results_of(output), results_of(expected)):
        if wanted is None:
            continue
        tensor = got if isinstance(got, lab.torch.Tensor) else lab.torch.from_dlpack(got)
        if tensor.numel() != wanted.numel():
            return float("inf")
        difference = (tensor.to(lab.torch.float64).reshape(-1) - wanted.reshape(-1)).norm() / wanted.norm()
        error = float(difference)
        worst = max(worst, error) if error == error else float("inf")
    return worst
