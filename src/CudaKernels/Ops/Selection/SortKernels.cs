namespace CudaKernels;

/// <summary>The launches of kernels/selection/sort.cu: a block for a row that it can hold; for longer ones a kernel that counts all digits, then one a digit.</summary>
internal static class SortKernels
{
    /// <summary>Elements that one block merges; as in the kernels, and so are the next three.</summary>
    private const int ShortLength = 128;

    /// <summary>Elements that one block sorts by their digits.</summary>
    private const int RowLength = 1024;

    private const int Digits = 256;
    private const int TileItems = 8;

    /// <summary>Threads to whose tiles a row is cut: small tiles keep more of the device busy, large ones write longer runs of a digit.</summary>
    private const int FewThreads = 128;

    private const int ManyThreads = 512;

    /// <summary>Elements of a row from which on its tiles are large.</summary>
    private const int LargeTilesFrom = 64 * 1024;

    /// <summary>Blocks on a multiprocessor that count digits: more of them add more often to the same counts.</summary>
    private const int CountBlocks = 3;

    private const int CountThreads = 512;

    /// <summary>What the parts of the scratch memory start at multiples of.</summary>
    private const nuint Alignment = 256;

    private static readonly KernelFile s_file = new("selection/sort.cu");
    private static readonly KernelTemplate s_shortRows = s_file.Template("sort_short_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_rows = s_file.Template("sort_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_count = s_file.Template("sort_count<{0}>", ElementTypes.Numeric);
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
            var isShort = shape.Length <= ShortLength;
            var items = 32 * (isShort ? 1 : TileItems);
            var threads = (shape.Length + items - 1) / items * 32;
            stream.Launch(
                cuda.GetKernel(isShort ? s_shortRows : s_rows, types),
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
        scratch.Clear(layout.ClearedBytes);
        var parts = Math.Clamp(((nint)cuda.Specification.MultiprocessorCount * CountBlocks) / rows, 1, tiles);
        stream.Launch(
            cuda.GetKernel(s_count, types),
            new LaunchConfig(new Dim3(checked((uint)(rows * parts))), new Dim3(CountThreads)),
            scratch.At(layout.Totals, writes: true),
            x.Input,
            (long)shape.Length,
            (long)shape.Inner,
            (long)parts,
            (long)((shape.Length + parts - 1) / parts),
            descending);
        var config = new LaunchConfig(new Dim3(checked((uint)(rows * tiles))), new Dim3((uint)tileThreads));
        for (var pass = 0; pass < passes; pass++)
        {
            stream.Launch(
                cuda.GetKernel(s_move, types),
                config,
                valuesTo,
                indicesTo,
                scratch.At(layout.Keys(pass % 2), writes: true),
                scratch.At(layout.Places(pass % 2), writes: true),
                x.Input,
                scratch.At(layout.Keys((pass + 1) % 2), writes: false),
                scratch.At(layout.Places((pass + 1) % 2), writes: false),
                scratch.At(layout.Totals, writes: false),
                scratch.At(layout.Posts, writes: true),
                scratch.At(0, writes: true),
                (long)shape.Length,
                (long)shape.Inner,
                (long)tiles,
                pass * 8,
                descending,
                values is not null,
                indices is not null);
        }
    }

    /// <summary>The parts of the scratch memory: how many tiles were taken by each pass, totals, what the tiles post, all zeros at first; then keys and places before and after a digit, as many as there are passes to need them.</summary>
    private readonly struct ScratchLayout(nint rows, nint length, nint tiles, int passes, bool hasIndices)
    {
        private readonly nuint _keyBytes = Aligned((nuint)rows * (nuint)length * (nuint)passes);
        private readonly nuint _placeBytes = hasIndices ? Aligned((nuint)rows * (nuint)length * sizeof(uint)) : 0;
        private readonly nuint _buffers = (nuint)Math.Min(passes - 1, 2);

        public nuint Totals => Alignment;

        public nuint Posts { get; } = Alignment + Aligned((nuint)rows * (nuint)passes * Digits * sizeof(uint));

        public nuint ClearedBytes => Posts + Aligned((nuint)rows * (nuint)tiles * Digits * sizeof(ulong));

        public nuint ByteCount => ClearedBytes + (_buffers * (_keyBytes + _placeBytes));

        // A buffer that no pass uses has the place of the first one.
        public nuint Keys(int buffer) => _buffers == 0 ? 0 : ClearedBytes + ((nuint)Math.Min(buffer, (int)_buffers - 1) * _keyBytes);

        public nuint Places(int buffer) => _buffers == 0 ? 0 : ClearedBytes + (_buffers * _keyBytes) + ((nuint)Math.Min(buffer, (int)_buffers - 1) * _placeBytes);

        private static nuint Aligned(nuint bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
    }
}
