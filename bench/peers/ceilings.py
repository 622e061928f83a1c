"""What the device gives a library at its best: a large copy, and large matrix products of each type."""

from contextlib import nullcontext
from functools import partial

import timing
from lab import TYPE_NAMES
from products import tf32

SIDES = {"cuda": 8192, "cpu": 512}
COPY_BYTES = {"cuda": 1 << 30, "cpu": 1 << 27}


def measure(lab, clock):
    """GB/s, bytes read and written, and TFLOP/s by type; a type that the device does not multiply is left out."""
    return {"copyGigabytesPerSecond": copy(lab, clock), "productTeraflopsPerSecond": products(lab, clock)}


def copy(lab, clock):
    random = lab.torch.randint(255, (COPY_BYTES[lab.device],), dtype=lab.torch.uint8, device=lab.device)
    target = lab.torch.empty_like(random)
    milliseconds = median(timing.Contestant("copy", lambda _: target.copy_(random)), clock)
    return 2 * random.numel() / milliseconds / 1e6


def products(lab, clock):
    """f64 is left to the roofs that are given by hand: its product would take a second of the device's time."""
    found = {}
    side = SIDES[lab.device]
    for name in ("f32", "tf32", "f16", "bf16"):
        if name == "tf32" and lab.device == "cpu":
            continue
        dtype = getattr(lab.torch, TYPE_NAMES.get(name, "float32"))
        a, b = (lab.torch.randn(side, side, device=lab.device).to(dtype) for _ in range(2))
        around = partial(tf32, lab.torch) if name == "tf32" else nullcontext
        contestant = timing.Contestant(name, lambda _, a=a, b=b: lab.torch.matmul(a, b), around)
        try:
            found[name] = 2 * side**3 / median(contestant, clock) / 1e9
        except RuntimeError as error:
            print(f"peers: no product of {name} on {lab.device}: {error}", flush=True)
    return found


def median(contestant, clock):
    return timing.measure([contestant], clock)[contestant.name]["milliseconds"]
