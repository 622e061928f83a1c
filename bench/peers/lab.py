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
    """One way to do the work. `prepare` makes its own form of the inputs before the clock starts; `around` holds while it runs."""

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
    """

    inputs: Callable
    forms: list
    reference: Callable
    compiled: Callable | None = None
    absent: dict = field(default_factory=dict)
    tolerance: float | None = None


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

    def array_forms(self, run):
        """The form of the array library, for the forms of a work, and what there is to say where it has none."""
        if self.arrays is None:
            return [], {self.arrays_name: "not installed"}
        if self.type == "bf16":
            return [], {self.arrays_name: "it has no bfloat16"}
        return [Form(self.arrays_name, run, prepare=lambda *tensors: tuple(self.arrays.from_dlpack(tensor) for tensor in tensors))], {}


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
