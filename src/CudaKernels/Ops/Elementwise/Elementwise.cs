using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The work of an elementwise operation on a run of consecutive elements of every operand.</summary>
internal unsafe interface IElementwiseBody
{
    /// <summary>Whether <see cref="Run"/> can send its results past the caches; of other bodies they are made in a buffer and sent from there.</summary>
    static virtual bool CanStream => false;

    /// <summary>Computes <paramref name="count"/> elements. <paramref name="isStreamed"/> asks for results that leave past the caches; it is false where the body cannot do that.</summary>
    void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed);
}

/// <summary>Runs an elementwise operation on whatever device its destination lives on.</summary>
internal static unsafe class Elementwise
{
    /// <summary>Threads of a block of every elementwise kernel.</summary>
    public const int BlockSize = 256;

    /// <summary>Bytes that a thread of a dense kernel moves at once per operand.</summary>
    public const int PackBytes = 16;

    /// <summary>
    /// Checks the operands (same device; inputs broadcast to the destination; no partial overlap) and runs the dense or the strided
    /// kernel, or <paramref name="body"/> on the managed device. Unused inputs are default.
    /// </summary>
    public static void Run<TBody>(
        ElementwiseKernels kernels,
        KernelTypes types,
        TBody body,
        ElementwiseOperand y,
        ElementwiseOperand a = default,
        ElementwiseOperand b = default,
        ElementwiseOperand c = default,
        params ReadOnlySpan<KernelArgument> parameters) where TBody : struct, IElementwiseBody
    {
        RequireWritable(y);
        Span<nint> room = stackalloc nint[(StridedLoop.MaxOperands - 1) * TensorLayout.MaxRank];
        var stridesA = Strides(a, y, room);
        var stridesB = Strides(b, y, room[TensorLayout.MaxRank..]);
        var stridesC = Strides(c, y, room[(2 * TensorLayout.MaxRank)..]);
        if (y.Layout.FlattenedLength == 0)
        {
            return;
        }

        var loop = StridedLoop.Create(y.Layout.Lengths, y.Layout.Strides, stridesA, stridesB, stridesC);
        var operands = 1 + (a.IsUsed ? 1 : 0) + (b.IsUsed ? 1 : 0) + (c.IsUsed ? 1 : 0);
        if (y.Device is CudaDevice cuda)
        {
            Launch(cuda, kernels, types, loop, operands, y, a, b, c, parameters);
            return;
        }

        using var hold = new BlockHold(y.Block, a.Block, b.Block, c.Block);
        ManagedElementwise.Run((CpuDevice)y.Device, body, loop, operands, y, a, b, c);
    }

    private static void Launch(
        CudaDevice cuda,
        ElementwiseKernels kernels,
        KernelTypes types,
        StridedLoop loop,
        int operands,
        in ElementwiseOperand y,
        in ElementwiseOperand a,
        in ElementwiseOperand b,
        in ElementwiseOperand c,
        ReadOnlySpan<KernelArgument> parameters)
    {
        var dense = loop.IsDense(operands);
        var packLength = PackedRuns.PackLength(Math.Max(Math.Max(y.ElementSize, a.ElementSize), Math.Max(b.ElementSize, c.ElementSize)));
        var perThread = packLength;
        if (!dense)
        {
            var fit = Fits(loop, 0, y, packLength) && Fits(loop, 1, a, packLength) && Fits(loop, 2, b, packLength) && Fits(loop, 3, c, packLength);
            (loop.Runs, perThread) = PackedRuns.Of(loop.Count, loop.Lengths[loop.Rank - 1], packLength, fit, operands - 1);
        }

        KernelArgumentList arguments = default;
        var count = 0;
        arguments[count++] = y.Argument(writes: true);
        Add(ref arguments, ref count, a);
        Add(ref arguments, ref count, b);
        Add(ref arguments, ref count, c);
        arguments[count++] = dense ? loop.Count : KernelArgument.Struct(&loop);
        foreach (var parameter in parameters)
        {
            arguments[count++] = parameter;
        }

        var kernel = cuda.GetKernel(dense ? kernels.Dense : kernels.Strided, types);
        var config = LaunchConfig.Cover((loop.Count + perThread - 1) / perThread, BlockSize);
        y.Stream!.Launch(kernel, config, arguments[..count]);
    }

    private static bool Fits(in StridedLoop loop, int index, in ElementwiseOperand operand, int packLength) =>
        !operand.IsUsed || PackedRuns.Fit(loop.StridesOf(index), (nuint)operand.Pointer, operand.ElementSize, packLength);

    private static void Add(ref KernelArgumentList arguments, ref int count, in ElementwiseOperand operand)
    {
        if (operand.IsUsed)
        {
            arguments[count++] = operand.Argument(writes: false);
        }
    }

    /// <summary>The strides of an input in the shape of the destination, after checking both; none for an unused input.</summary>
    public static ReadOnlySpan<nint> Strides(in ElementwiseOperand input, in ElementwiseOperand y, Span<nint> room)
    {
        if (!input.IsUsed)
        {
            return default;
        }

        if (input.Device != y.Device)
        {
            throw new ArgumentException(ComputeDevice.DescribeDifference("an input", input.Device, "the destination", y.Device));
        }

        var strides = input.BroadcastStrides(y.Layout, room);
        input.RefusePartialOverlap(y, strides);
        return strides;
    }

    /// <summary>Refuses a destination that is a broadcast view.</summary>
    public static void RequireWritable(in ElementwiseOperand y)
    {
        for (var i = 0; i < y.Layout.Rank; i++)
        {
            if (y.Layout.Strides[i] == 0 && y.Layout.Lengths[i] > 1)
            {
                throw new ArgumentException($"a broadcast view (dimension {i} has stride 0) cannot be a destination: several elements share one place");
            }
        }
    }

    [InlineArray(10)]
    private struct KernelArgumentList
    {
        private KernelArgument _first;
    }
}
