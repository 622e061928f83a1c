namespace CudaKernels;

/// <summary>The launches of kernels/selection/sort.cu: a block for a short row, three kernels a digit for long ones.</summary>
internal static class SortKernels
{
    /// <summary>Elements that one block sorts; as in the kernels, and so are the next three.</summary>
    private const int RowLength = 1024;

    private const int RowThreads = 256;
    private const int Digits = 256;
    private const int TileItems = 8;

    /// <summary>Threads to whose tiles a row is cut: small tiles keep more of the device busy, large ones write longer runs of a digit.</summary>
    private const int FewThreads = 128;

    private const int ManyThreads = 512;

    /// <summary>Elements of a row from which on its tiles are large.</summary>
    private const int LargeTilesFrom = 64 * 1024;

    private const int SumWarps = 8;

    /// <summary>What the parts of the scratch memory start at multiples of.</summary>
    private const nuint Alignment = 256;

    private static readonly KernelFile s_file = new("selection/sort.cu");
    private static readonly KernelTemplate s_rows = s_file.Template("sort_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_count = s_file.Template("sort_count<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_sum = s_file.Template("sort_sum", [ElementKind.Int32]);
    private static readonly KernelTemplate s_move = s_file.Template("sort_move<{0}>", ElementTypes.Numeric);

    /// <summary>Sorts the rows along the middle dimension of dense tensors. Values or indices may be missing.</summary>
    public static void Launch<T>(CudaDevice cuda, CudaStream stream, DeviceTensor<T>? values, DeviceTensor<long>? indices, DeviceTensor<T> x, IndexShape shape, bool descending) where T : unmanaged
    {
        var types = TensorOperations.Types<T>();

        // The kernels do not touch what is missing; the other result's address stands in for it.
        var valuesTo = values is null ? indices!.Output : values.Output;
        var indicesTo = indices is null ? values!.Output : indices.Output;
        var rows = shape.Outer * shape.Inner;
        if (shape.Length <= RowLength)
        {
            var threads = (int)Math.Min((shape.Length + 31) / 32 * 32, RowThreads);
            stream.Launch(
                cuda.GetKernel(s_rows, types),
                new LaunchConfig(new Dim3(checked((uint)rows)), new Dim3((uint)threads)),
                valuesTo,
                indicesTo,
                x.Input,
                (long)shape.Length,
                (long)shape.Inner,
                descending,
                values is not null,
                indices is not null);
            return;
        }

        var tileThreads = shape.Length < LargeTilesFrom ? FewThreads : ManyThreads;
        var tiles = (shape.Length + (tileThreads * TileItems) - 1) / (tileThreads * TileItems);
        var passes = ElementType<T>.Size;
        var layout = new ScratchLayout(rows, shape.Length, tiles, passes, indices is not null);
        using var scratch = new StreamScratch(stream, layout.ByteCount);
        var config = new LaunchConfig(new Dim3(checked((uint)(rows * tiles))), new Dim3((uint)tileThreads));
        var sums = new LaunchConfig(new Dim3(checked((uint)(rows * (Digits / SumWarps)))), new Dim3(SumWarps * 32));
        for (var pass = 0; pass < passes; pass++)
        {
            var keys = scratch.At(layout.Keys((pass + 1) % 2), writes: false);
            stream.Launch(
                cuda.GetKernel(s_count, types),
                config,
                scratch.At(0, writes: true),
                x.Input,
                keys,
                (long)shape.Length,
                (long)shape.Inner,
                (long)tiles,
                pass * 8,
                descending);
            stream.Launch(cuda.GetKernel(s_sum, new KernelTypes(ElementKind.Int32)), sums, scratch.At(0, writes: true), scratch.At(layout.Totals, writes: true), (long)tiles);
            stream.Launch(
                cuda.GetKernel(s_move, types),
                config,
                valuesTo,
                indicesTo,
                scratch.At(layout.Keys(pass % 2), writes: true),
                scratch.At(layout.Places(pass % 2), writes: true),
                x.Input,
                keys,
                scratch.At(layout.Places((pass + 1) % 2), writes: false),
                scratch.At(0, writes: false),
                scratch.At(layout.Totals, writes: false),
                (long)shape.Length,
                (long)shape.Inner,
                (long)tiles,
                pass * 8,
                descending,
                values is not null,
                indices is not null);
        }
    }

    /// <summary>The parts of the scratch memory: counts, totals, then keys and places before and after a digit, as many as there are passes to need them.</summary>
    private readonly struct ScratchLayout(nint rows, nint length, nint tiles, int passes, bool hasIndices)
    {
        private readonly nuint _keyBytes = Aligned((nuint)rows * (nuint)length * (nuint)passes);
        private readonly nuint _placeBytes = hasIndices ? Aligned((nuint)rows * (nuint)length * sizeof(uint)) : 0;
        private readonly nuint _buffers = (nuint)Math.Min(passes - 1, 2);

        public nuint Totals { get; } = Aligned((nuint)rows * Digits * (nuint)tiles * sizeof(uint));

        public nuint ByteCount => FirstKeys + (_buffers * (_keyBytes + _placeBytes));

        private nuint FirstKeys => Totals + Aligned((nuint)rows * Digits * sizeof(uint));

        // A buffer that no pass uses has the place of the first one.
        public nuint Keys(int buffer) => _buffers == 0 ? 0 : FirstKeys + ((nuint)Math.Min(buffer, (int)_buffers - 1) * _keyBytes);

        public nuint Places(int buffer) => _buffers == 0 ? 0 : FirstKeys + (_buffers * _keyBytes) + ((nuint)Math.Min(buffer, (int)_buffers - 1) * _placeBytes);

        private static nuint Aligned(nuint bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
    }
}
