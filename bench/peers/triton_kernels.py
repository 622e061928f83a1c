"""Kernels in Triton for the two kinds of work in which its users write their own: a matrix product and a softmax of rows.

Triton compiles functions of a module that is a file, so they stand here at the top, behind the import that may fail.
"""

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None

from lab import Form

LONGEST_ROW = 16384


def forms(lab, name, run):
    """The form of a work that a Triton kernel does, or why there is none; `run` is None where the kernel does not do this shape."""
    if lab.triton is None:
        return [], {"triton": "not installed, or no GPU"}
    if run is None or lab.type == "f64":
        return [], {"triton": f"the {name} here does no such shape or type"}
    return [Form("triton", lambda *tensors: run(lab, *tensors))], {}


if triton is not None:

    @triton.jit
    def softmax_kernel(x, y, columns, BLOCK: tl.constexpr):
        # One program holds one row in registers.
        row = tl.program_id(0).to(tl.int64)
        offsets = tl.arange(0, BLOCK)
        inside = offsets < columns
        values = tl.load(x + row * columns + offsets, mask=inside, other=-float("inf")).to(tl.float32)
        exponentials = tl.exp(values - tl.max(values, 0))
        tl.store(y + row * columns + offsets, exponentials / tl.sum(exponentials, 0), mask=inside)

    CONFIGURATIONS = [
        triton.Config({"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k}, num_warps=warps, num_stages=stages)
        for m, n, k, warps, stages in ((128, 256, 64, 8, 3), (128, 128, 64, 8, 3), (64, 128, 32, 4, 4), (64, 64, 32, 4, 4))
    ]

    @triton.autotune(configs=CONFIGURATIONS, key=["m", "n", "k"])
    @triton.jit
    def matmul_kernel(a, b, c, m, n, k, PRECISION: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
        # Eight rows of tiles make a group that is walked column by column: the tiles at work share their operands in L2.
        tiles_m, tiles_n = tl.cdiv(m, BLOCK_M), tl.cdiv(n, BLOCK_N)
        program = tl.program_id(0)
        group = program // (8 * tiles_n)
        height = tl.minimum(tiles_m - group * 8, 8)
        tile_m = group * 8 + program % (8 * tiles_n) % height
        tile_n = program % (8 * tiles_n) // height
        rows = tile_m * BLOCK_M + tl.arange(0, BLOCK_M)
        columns = tile_n * BLOCK_N + tl.arange(0, BLOCK_N)
        depth = tl.arange(0, BLOCK_K)
        sums = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
        for start in range(0, k, BLOCK_K):
            inside = start + depth < k
            left = tl.load(a + rows[:, None] * k + (start + depth)[None, :], mask=(rows < m)[:, None] & inside[None, :], other=0.0)
            right = tl.load(b + (start + depth)[:, None] * n + columns[None, :], mask=inside[:, None] & (columns < n)[None, :], other=0.0)
            sums = tl.dot(left, right, sums, input_precision=PRECISION)
        tl.store(c + rows[:, None] * n + columns[None, :], sums.to(c.dtype.element_ty), mask=(rows < m)[:, None] & (columns < n)[None, :])


def softmax(lab, x):
    columns = x.shape[-1]
    if columns > LONGEST_ROW:
        raise ValueError(f"a program holds a row of at most {LONGEST_ROW} elements, got {columns}")
    y = lab.torch.empty_like(x)
    block = triton.next_power_of_2(columns)
    softmax_kernel[(x.numel() // columns,)](x, y, columns, BLOCK=block, num_warps=min(max(block // 512, 1), 16))
    return y


def matmul(lab, a, b):
    (m, k), n = a.shape, b.shape[1]
    c = lab.torch.empty((m, n), device=a.device, dtype=a.dtype)

    def grid(sizes):
        return (triton.cdiv(m, sizes["BLOCK_M"]) * triton.cdiv(n, sizes["BLOCK_N"]),)

    matmul_kernel[grid](a, b, c, m, n, k, PRECISION="tf32" if lab.precision == "tf32" else "ieee")
    return c
