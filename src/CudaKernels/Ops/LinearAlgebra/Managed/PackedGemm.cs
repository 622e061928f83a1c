using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The blocked product. The matrices are cut into blocks of at most BlockLength rows and columns and TileDepth steps of k; a block of
/// A and one of B are packed into panels, then tiles of C are computed by <see cref="MicroKernel{T, TSimd, TVector}"/>. Both
/// stages are spread over threads. Each element of C is summed in order of k, whatever the tile, so threads do not change a bit.
/// </summary>
/// <remarks>
/// One A panel (at most 24 KB) stays in L1 while the B panels of a tile (at most 384 KB) stream past it from L2, 128 bytes for twelve turns of
/// the multipliers on AVX-512. The other way round a step of k fills more of L1, so that k has to be cut into more parts, and each part
/// reads and writes all of C. A type that is summed in another (Half) is widened while packing, summed in a block of scratch over all of
/// K, and rounded once.
/// </remarks>
internal static unsafe class PackedGemm<TStore, T, TConversion, TSimd, TVector>
    where TStore : unmanaged
    where T : unmanaged, INumberBase<T>
    where TConversion : IElementConversion<TStore, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
{
    private const int BlockLength = 2048;
    private const int TileRowPanels = 64;
    private const int TileColumnPanels = 8;
    private const int PackedPanels = 4;

    // What packing transposes at once: a cache line of float.
    private const int DepthUnit = 16;

    private static int Rows => TSimd.TileRows;

    private static int Columns => 2 * TSimd.Count;

    /// <summary>Computes the product; M, N and K are at least 1 and alpha is not 0.</summary>
    public static void Multiply(in GemmProblem<TStore> problem, T alpha, T beta, int threads)
    {
        nint blockRows = Balanced(problem.M, BlockLength, Rows), blockColumns = Balanced(problem.N, BlockLength, Columns);
        nint depth = Balanced(problem.K, TSimd.TileDepth, DepthUnit);
        nint elementsA = RoundUp(blockRows * depth), elementsB = RoundUp(blockColumns * depth);
        nint elementsScratch = TConversion.IsIdentity ? 0 : blockRows * blockColumns;
        var buffer = PackBuffer.Rent((nuint)((elementsA + elementsB + elementsScratch) * sizeof(T)));
        try
        {
            var block = new Block { Problem = problem, Alpha = alpha, PackedA = (T*)buffer.Address };
            block.PackedB = block.PackedA + elementsA;
            block.Scratch = block.PackedB + elementsB;
            for (block.N0 = 0; block.N0 < problem.N; block.N0 += blockColumns)
            {
                block.N = nint.Min(blockColumns, problem.N - block.N0);
                for (block.M0 = 0; block.M0 < problem.M; block.M0 += blockRows)
                {
                    block.M = nint.Min(blockRows, problem.M - block.M0);
                    for (block.K0 = 0; block.K0 < problem.K; block.K0 += depth)
                    {
                        block.K = nint.Min(depth, problem.K - block.K0);
                        block.Beta = block.K0 == 0 ? beta : T.One;
                        block.FinalBeta = beta;
                        MultiplyBlock(&block, threads);
                    }
                }
            }
        }
        finally
        {
            buffer.Return();
        }
    }

    private static void MultiplyBlock(Block* block, int threads)
    {
        block->PanelsA = (int)((block->M + Rows - 1) / Rows);
        block->PanelsB = (int)((block->N + Columns - 1) / Columns);
        block->ChunksA = (block->PanelsA + PackedPanels - 1) / PackedPanels;
        int chunksB = (block->PanelsB + PackedPanels - 1) / PackedPanels;
        ManagedParallel.For(block->ChunksA + chunksB, threads, new Packing(block));

        // Four tiles a side at least, where there are that many panels, so that a few threads can share a small product evenly.
        block->TilePanelsA = int.Clamp((block->PanelsA + 3) / 4, 1, TileRowPanels);
        block->TilePanelsB = int.Clamp((block->PanelsB + 3) / 4, 1, TileColumnPanels);
        block->TilesB = (block->PanelsB + block->TilePanelsB - 1) / block->TilePanelsB;
        int tilesA = (block->PanelsA + block->TilePanelsA - 1) / block->TilePanelsA;
        ManagedParallel.For((long)tilesA * block->TilesB, threads, new Tiling(block));
    }

    /// <summary>Cuts a length into equal blocks of at most <paramref name="longest"/>, a multiple of <paramref name="unit"/>.</summary>
    private static nint Balanced(nint length, int longest, int unit)
    {
        nint blocks = (length + longest - 1) / longest;
        nint block = (length + blocks - 1) / blocks;
        return (block + unit - 1) / unit * unit;
    }

    private static nint RoundUp(nint elements) => (elements + 63) & ~(nint)63;

    /// <summary>What the threads of one block share.</summary>
    private struct Block
    {
        public GemmProblem<TStore> Problem;
        public T Alpha, Beta, FinalBeta;
        public nint M0, N0, K0, M, N, K;
        public T* PackedA, PackedB, Scratch;
        public int PanelsA, PanelsB, ChunksA, TilePanelsA, TilePanelsB, TilesB;
    }

    /// <summary>Packs a few panels of A or of B.</summary>
    private readonly struct Packing(Block* block) : IParallelBody
    {
        public void Execute(long chunk)
        {
            ref readonly var problem = ref block->Problem;
            if (chunk < block->ChunksA)
            {
                int first = (int)chunk * PackedPanels, count = int.Min(PackedPanels, block->PanelsA - first);
                Pack(problem.A, problem.Lda, problem.TransposeA, block->M0, problem.M, Rows, first, count, block->PackedA);
            }
            else
            {
                int first = (int)(chunk - block->ChunksA) * PackedPanels, count = int.Min(PackedPanels, block->PanelsB - first);
                Pack(problem.B, problem.Ldb, !problem.TransposeB, block->N0, problem.N, Columns, first, count, block->PackedB);
            }
        }

        private void Pack(TStore* matrix, nint stride, bool neighboursContiguous, nint origin, nint length, int width, int firstPanel, int count, T* packed)
        {
            nint depth = block->K;
            // Panels side by side in contiguous rows are packed together; else, and where a widened copy must fit the stack, one by one.
            int together = neighboursContiguous && TConversion.IsIdentity ? count : 1;
            for (int panel = firstPanel; panel < firstPanel + count; panel += together)
            {
                nint first = origin + panel * width;
                int valid = (int)nint.Min(together * width, length - first);
                TStore* source = neighboursContiguous ? matrix + block->K0 * stride + first : matrix + first * stride + block->K0;
                T* destination = packed + panel * width * depth;
                if (TConversion.IsIdentity)
                    PackWide((T*)source, stride, neighboursContiguous, width, valid, depth, destination);
                else
                    PackNarrow(source, stride, neighboursContiguous, width, valid, depth, destination);
            }
        }

        private static void PackWide(T* source, nint stride, bool neighboursContiguous, int width, int valid, nint depth, T* panel)
        {
            if (neighboursContiguous)
                PanelPacking.CopyRows(source, stride, width, valid, depth, panel);
            else
                PanelPacking.Transpose(source, stride, width, valid, depth, panel);
        }

        [SkipLocalsInit]
        private static void PackNarrow(TStore* source, nint stride, bool neighboursContiguous, int width, int valid, nint depth, T* panel)
        {
            int rows = neighboursContiguous ? (int)depth : valid, columns = neighboursContiguous ? valid : (int)depth;
            T* wide = stackalloc T[rows * columns];
            for (int row = 0; row < rows; row++)
                TConversion.Widen(new ReadOnlySpan<TStore>(source + row * stride, columns), new Span<T>(wide + row * columns, columns));
            PackWide(wide, columns, neighboursContiguous, width, valid, depth, panel);
        }
    }

    /// <summary>Computes one tile of C.</summary>
    private readonly struct Tiling(Block* block) : IParallelBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            int firstA = (int)(chunk / block->TilesB) * block->TilePanelsA, endA = int.Min(firstA + block->TilePanelsA, block->PanelsA);
            int firstB = (int)(chunk % block->TilesB) * block->TilePanelsB, endB = int.Min(firstB + block->TilePanelsB, block->PanelsB);
            for (int panelA = firstA; panelA < endA; panelA++)
            {
                for (int panelB = firstB; panelB < endB; panelB++)
                {
                    var b = new PackedSteps<T, TSimd, TVector>(block->PackedB + panelB * Columns * block->K);
                    T* a = block->PackedA + panelA * Rows * block->K;
                    int rows = (int)nint.Min(Rows, block->M - panelA * Rows);
                    if (TConversion.IsIdentity)
                        MultiplyPanels(rows, (int)nint.Min(Columns, block->N - panelB * Columns), a, b, panelA, panelB);
                    else
                        MicroKernel<T, TSimd, TVector>.Multiply(rows, block->K, a, b, ScratchAt(panelA, panelB), ScratchStride, block->K0 != 0);
                }
            }
            if (!TConversion.IsIdentity && block->K0 + block->K == block->Problem.K)
                StoreScratch(firstA, endA, firstB, endB);
        }

        private nint ScratchStride => (nint)block->PanelsB * Columns;

        private T* ScratchAt(int panelA, int panelB) => block->Scratch + panelA * Rows * ScratchStride + panelB * Columns;

        [SkipLocalsInit]
        private void MultiplyPanels(int rows, int columns, T* a, PackedSteps<T, TSimd, TVector> b, int panelA, int panelB)
        {
            ref readonly var problem = ref block->Problem;
            T* c = (T*)problem.C + (block->M0 + panelA * Rows) * problem.Ldc + block->N0 + panelB * Columns;
            bool add = block->Beta == T.One;
            if (columns == Columns && block->Alpha == T.One && (add || block->Beta == T.Zero))
            {
                MicroKernel<T, TSimd, TVector>.Multiply(rows, block->K, a, b, c, problem.Ldc, add);
                return;
            }
            var sumsRoom = stackalloc T[(Rows * Columns) + StackRoom.Spare<T>()];
            var sums = StackRoom.Align(sumsRoom);
            MicroKernel<T, TSimd, TVector>.Multiply(rows, block->K, a, b, sums, Columns, add: false);
            for (int row = 0; row < rows; row++)
                ScaledStore.Run(sums + row * Columns, c + row * problem.Ldc, columns, block->Alpha, block->Beta);
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void StoreScratch(int firstA, int endA, int firstB, int endB)
        {
            const int Span = 256;
            T* wide = stackalloc T[Span];
            ref readonly var problem = ref block->Problem;
            nint firstRow = firstA * Rows, endRow = nint.Min(endA * Rows, block->M);
            nint firstColumn = firstB * Columns, endColumn = nint.Min(endB * Columns, block->N);
            for (nint row = firstRow; row < endRow; row++)
            {
                for (nint column = firstColumn; column < endColumn; column += Span)
                {
                    int length = (int)nint.Min(Span, endColumn - column);
                    var stored = new Span<TStore>(problem.C + (block->M0 + row) * problem.Ldc + block->N0 + column, length);
                    if (block->FinalBeta != T.Zero)
                        TConversion.Widen(stored, new Span<T>(wide, length));
                    ScaledStore.Run(block->Scratch + row * ScratchStride + column, wide, length, block->Alpha, block->FinalBeta);
                    TConversion.Narrow(new ReadOnlySpan<T>(wide, length), stored);
                }
            }
        }
    }
}
