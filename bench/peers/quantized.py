"""Products of 8-bit integers and of 8-bit floats, with scales of whole tensors, of channels and of blocks."""

from functools import partial

from lab import TOLERANCES, Form, Unknown, Work

SCALE = 0.0625
CHANNEL_SCALE = 0.0175
BLOCK = 128

# Sums of 8-bit floats on the tensor cores of compute capability 9.0 are cut off after about 14 bits at each of k / 32 steps. The catalog
# allows 2e-3 of the magnitudes that are summed; of sums that go back and forth between signs, as here, that leaves less.
FLOAT8_ERROR = 1e-2
FLOAT8_TYPES = {"e4m3": "float8_e4m3fn", "e5m2": "float8_e5m2"}


def quantized_gemm(lab, shape):
    """scale * channel scale[j] * sum of a[i, p] b[j, p] + bias[j]: [m, n, k] of int8, b stored by rows of k."""
    m, n, k = shape
    product = lab.named("_int_mm")

    def run(a, b, scale, scales, bias):
        sums = product(a, b.t())
        wide = sums.double() if bias.dtype == lab.torch.float64 else sums.float()
        return (wide * (scale.to(wide.dtype) * scales.to(wide.dtype)) + bias).to(bias.dtype)

    def reference(a, b, scale, scales, bias):
        return a.double() @ b.double().t() * (scale * scales) + bias

    def inputs():
        scale, scales = float_scales(lab, (), SCALE, SCALE), float_scales(lab, (n,), 0.005, 0.03)
        return lab.bytes((m, k)), lab.bytes((n, k)), scale, scales, lab.uniform((n,), -2, 2)

    return Work(inputs=inputs, forms=[Form("torch int_mm", run)], reference=reference, compiled=run)


def float8_gemm(lab, shape):
    """The same of 8-bit floats. All channels have one scale here, so that a product with a scale for the whole tensor gives the same.

    The library adds no bias to float32: there it is 0, so that the product alone gives the same too.
    """
    m, n, k = shape
    left, right = float8_types(lab)
    scaled_mm = scaled_product(lab)

    def inputs():
        bias = lab.uniform((n,), -2, 2) * (lab.type != "f32")
        return lab.uniform((m, k)).to(left), lab.uniform((n, k)).to(right), float_scales(lab, (), SCALE, SCALE), float_scales(lab, (), CHANNEL_SCALE, CHANNEL_SCALE), bias

    def of_rows(a, b, scale, channel_scale, bias):
        return a, b, scale.expand(m, 1).contiguous(), channel_scale.expand(1, n).contiguous(), bias

    forms = []
    for fast in (False, True):
        run = partial(scaled_mm, use_fast_accum=fast)
        mark = " fast" if fast else ""
        forms += [Form(f"torch scaled_mm{mark}", run), Form(f"torch scaled_mm{mark} of rows", run, prepare=of_rows)]
    if lab.type == "f32":
        forms += [Form(f"{form.name} without bias", without_bias(form.run), prepare=form.prepare) for form in list(forms)]
    return Work(
        inputs=inputs,
        forms=forms,
        reference=lambda a, b, scale, channel_scale, bias: a @ b.t() * (scale * channel_scale) + bias,
        tolerance=max(FLOAT8_ERROR, TOLERANCES[lab.type]),
    )


def block_scaled_gemm(lab, shape):
    """The sum over blocks of 128 along k, with a scale for 1 row of a and for 128 rows of b each. The bias is 0: not all versions take one."""
    m, n, k = shape
    left, right = float8_types(lab)
    scaled_mm = scaled_product(lab)
    if n % BLOCK or k % (4 * BLOCK):
        raise Unknown(f"peers take whole blocks of {BLOCK} rows and stages of {4 * BLOCK}")

    def inputs():
        a_scales, b_scales = float_scales(lab, (m, k // BLOCK), 0.05, 2), float_scales(lab, (n // BLOCK, k // BLOCK), 0.05, 2)
        return lab.uniform((m, k)).to(left), lab.uniform((n, k)).to(right), a_scales, b_scales, lab.torch.zeros(n, dtype=lab.dtype, device=lab.device)

    def by_columns(a, b, a_scales, b_scales, bias):
        """Scales of rows lie one stage after the other, those of blocks one column of b after the other."""
        return a, b, a_scales.t().contiguous().t(), b_scales.t(), bias

    def reference(a, b, a_scales, b_scales, bias):
        return (a * a_scales.repeat_interleave(BLOCK, 1)) @ (b * b_scales.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)).t() + bias

    forms = [Form("torch scaled_mm", scaled_mm, prepare=by_columns), Form("torch scaled_mm without bias", without_bias(scaled_mm), prepare=by_columns)]
    return Work(inputs=inputs, forms=forms, reference=reference, tolerance=max(FLOAT8_ERROR, TOLERANCES[lab.type]))


def without_bias(run):
    return lambda *tensors: run(*tensors[:-1], None)


def scaled_product(lab):
    """a times b turned, with their scales: cuBLASLt adds a bias to results of 16 bits, and torch itself one to float32."""
    function = lab.named("_scaled_mm")

    def run(a, b, a_scale, b_scale, bias, use_fast_accum=False):
        is_added = bias is not None and bias.dtype == lab.torch.float32
        y = function(a, b.t(), scale_a=a_scale, scale_b=b_scale, bias=None if is_added else bias, out_dtype=lab.dtype, use_fast_accum=use_fast_accum)
        # Before 2.5 the largest element came with it.
        y = y[0] if isinstance(y, tuple) else y
        return y + bias if is_added else y

    return run


def float8_types(lab):
    """The formats of the operands: e4m3 both unless the row says otherwise."""
    formats = lab.precision.split("-") if lab.precision.startswith("e") else ["e4m3"]
    if formats[0] == formats[-1] == "e5m2":
        raise Unknown("cuBLASLt multiplies no e5m2 by e5m2")
    if lab.type == "f64":
        raise Unknown("cuBLASLt has no results of float64 from 8-bit floats")
    return tuple(lab.named(FLOAT8_TYPES[name]) for name in (formats[0], formats[-1]))


def float_scales(lab, lengths, low, high):
    """Scales are float32 whatever the type of the result."""
    return lab.torch.rand(lengths, device=lab.device) * (high - low) + low


WORKS = {"quantized-gemm": quantized_gemm, "float8-gemm": float8_gemm, "block-scaled-gemm": block_scaled_gemm}
