using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// Copies in which the dimension that is dense in memory changes, tile by tile: a batch of matrices y[b, r, c] = x[b, c, r]. The
/// dimensions are those that remain when neighbours are merged, and the batch has up to two, so all permutations of three and four
/// dimensions that are not copies of whole rows are one.
/// </summary>
internal static unsafe class TransposedCopy
{
    private const int LinesPerThread = 4;
    private const int MaxBatchBlocks = 65_535;
    private const int BlocksPerMultiprocessor = 8;

    /// <summary>Rows and columns from which on a tile is full enough to beat the strided copy.</summary>
    private const int MinLength = 8;

    /// <summary>The same of elements of a matrix where the batch has two dimensions, so that matrices are small and many: a quarter of a tile.</summary>
    private const int MinElements = 1024;

    private static readonly KernelTemplate s_transpose =
        new KernelFile("linear_algebra/transpose.cu").Template("transpose<{0}>", [ElementKind.UInt8, ElementKind.BFloat16, ElementKind.Int32, ElementKind.Int64]);

    /// <summary>Copies and gives true, or gives false where the copy is not such a transposition.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="destination">What is written, of the same shape.</param>
    /// <param name="types">The kernel's type of the element's size.</param>
    /// <exception cref="ArgumentException">The tensors overlap.</exception>
    public static bool TryRun<T>(in ElementwiseOperand source, DeviceTensor<T> destination, KernelTypes types) where T : unmanaged
    {
        if (!TryShape(StridedLoop.Create(destination.Lengths, destination.Strides, source.Layout.Strides), out var shape))
        {
            return false;
        }

        source.RefusePartialOverlap(ElementwiseOperand.Of(destination));
        if (destination.Device is CudaDevice cuda)
        {
            var side = TileSide(sizeof(T));
            var threads = side / LinesPerThread * side * sizeof(T) / Elementwise.PackBytes;
            var tiles = Tiles(shape.Rows, side) * Tiles(shape.Columns, side);
            // More matrices than fill the device are walked by the blocks that do.
            var matrices = Math.Min(Math.Min(shape.Batch, MaxBatchBlocks), 1 + ((long)cuda.Specification.MultiprocessorCount * BlocksPerMultiprocessor / tiles));
            destination.Stream!.Launch(
                cuda.GetKernel(s_transpose, types),
                new LaunchConfig(new Dim3(checked((uint)tiles), (uint)matrices), new Dim3((uint)threads)),
                destination.Output,
                source.Argument(writes: false),
                shape.Rows,
                shape.Columns,
                shape.DestinationStep,
                shape.SourceStep,
                shape.Batch,
                shape.InnerBatch,
                shape.DestinationInner,
                shape.SourceInner,
                shape.DestinationOuter,
                shape.SourceOuter);
            return true;
        }

        using var hold = new BlockHold(source.Block, destination.Block);
        var work = new ManagedTiles<T>(ManagedSpan.Pointer(destination), (T*)source.Pointer, shape);
        ManagedParallel.For(shape.Batch * work.TilesPerMatrix, ((CpuDevice)destination.Device).Options.Threads, work);
        return true;
    }

    private static bool TryShape(in StridedLoop loop, out Shape shape)
    {
        shape = default;
        const int x = TensorLayout.MaxRank;
        var last = loop.Rank - 1;
        if (loop.Rank is not (2 or 3 or 4) || loop.Strides[last] != 1)
        {
            return false;
        }

        for (var row = 0; row < last; row++)
        {
            if (loop.Strides[x + row] == 1 && loop.Strides[row] != 0 && loop.Lengths[row] >= MinLength && loop.Lengths[last] >= MinLength)
            {
                if (loop.Rank == 4 && loop.Lengths[row] * loop.Lengths[last] < MinElements)
                {
                    return false;
                }

                shape = new Shape(loop.Lengths[row], loop.Lengths[last], loop.Strides[row], loop.Strides[x + last], 1, 1, 0, 0, 0, 0);
                for (var batch = last - 1; batch >= 0; batch--)
                {
                    if (batch == row)
                    {
                        continue;
                    }

                    if (loop.Strides[batch] == 0)
                    {
                        return false;
                    }

                    shape = shape.InnerBatch == shape.Batch && shape.DestinationInner == 0
                        ? shape with { Batch = loop.Lengths[batch], InnerBatch = loop.Lengths[batch], DestinationInner = loop.Strides[batch], SourceInner = loop.Strides[x + batch] }
                        : shape with { Batch = shape.InnerBatch * loop.Lengths[batch], DestinationOuter = loop.Strides[batch], SourceOuter = loop.Strides[x + batch] };
                }

                return shape.Batch <= int.MaxValue;
            }
        }

        return false;
    }

    /// <summary>Rows and columns of a kernel's tile.</summary>
    private static int TileSide(int elementSize) => elementSize == 1 ? 128 : elementSize == 8 ? 32 : 64;

    private static long Tiles(long length, int tile) => (length + tile - 1) / tile;

    private readonly record struct Shape(
        long Rows, long Columns, long DestinationStep, long SourceStep, long Batch, long InnerBatch, long DestinationInner, long SourceInner, long DestinationOuter, long SourceOuter);

    /// <summary>
    /// The processor's tiles. The lines of one may all fall into the same few places of a cache, where rows lie a power of two apart: each is
    /// read once, into a buffer whose rows do not.
    /// </summary>
    private readonly struct ManagedTiles<T>(T* y, T* x, Shape shape) : IParallelBody where T : unmanaged
    {
        private const int Side = 64;

        // Not a power of two.
        private const int Pitch = Side + 8;
        private readonly long _across = Tiles(shape.Columns, Side);
        private readonly bool _isStreamed = shape.Batch * shape.Rows * shape.Columns * sizeof(T) >= StreamedCopy.LeastBytes;

        public long TilesPerMatrix => Tiles(shape.Rows, Side) * _across;

        [SkipLocalsInit]
        public void Execute(long chunk)
        {
            var (matrix, tile) = Math.DivRem(chunk, TilesPerMatrix);
            var (row, column) = (tile / _across * Side, tile % _across * Side);
            var rows = (int)Math.Min(Side, shape.Rows - row);
            var columns = (int)Math.Min(Side, shape.Columns - column);
            var (outer, inner) = Math.DivRem(matrix, shape.InnerBatch);
            var to = y + (outer * shape.DestinationOuter) + (inner * shape.DestinationInner) + (row * shape.DestinationStep) + column;
            var from = x + (outer * shape.SourceOuter) + (inner * shape.SourceInner) + (column * shape.SourceStep) + row;
            var buffer = stackalloc T[Side * Pitch];
            var lineRoom = stackalloc T[Side + StackRoom.Spare<T>()];
            var line = StackRoom.Align(lineRoom);
            var next = column + Side < shape.Columns ? from + (Side * shape.SourceStep) : null;
            for (var c = 0; c < columns; c++)
            {
                new ReadOnlySpan<T>(from + (c * shape.SourceStep), rows).CopyTo(new Span<T>(buffer + (c * Pitch), rows));
            }

            for (var r = 0; r < rows; r++)
            {
                if (next is not null)
                {
                    MemoryPrefetch.Lines(next + (r * shape.SourceStep), Side * sizeof(T));
                }

                if (!_isStreamed)
                {
                    Gather(buffer + r, to + (r * shape.DestinationStep), columns);
                    continue;
                }

                Gather(buffer + r, line, columns);
                StreamedCopy.Run((byte*)line, (byte*)(to + (r * shape.DestinationStep)), columns * sizeof(T));
            }

            if (_isStreamed)
            {
                StreamedCopy.Complete();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Gather(T* from, T* to, int count)
        {
            var c = 0;
            for (; c <= count - 4; c += 4, from += 4 * Pitch)
            {
                var (first, second, third, fourth) = (from[0], from[Pitch], from[2 * Pitch], from[3 * Pitch]);
                (to[c], to[c + 1], to[c + 2], to[c + 3]) = (first, second, third, fourth);
            }

            for (; c < count; c++, from += Pitch)
            {
                to[c] = *from;
            }
        }
    }
}
