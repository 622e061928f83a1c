using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The product where C has few rows or few columns (matrix times vector): it is bound by reading the large matrix once, so that
/// one is not packed. Few columns are the transposed product with few rows.
/// </summary>
internal static unsafe class SkinnyGemm<T, TSimd, TVector>
    where T : unmanaged, INumberBase<T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
{
    /// <summary>The most rows (or columns) of C for which this is the faster way.</summary>
    public const int MostRows = 4;

    private const int ChunkColumns = 256;

    /// <summary>Computes the product; M, N and K are at least 1 and one of M and N is at most <see cref="MostRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(in GemmProblem<T> problem, T alpha, T beta, int threads)
    {
        bool fewRows = problem.M <= MostRows;
        int rows = (int)(fewRows ? problem.M : problem.N);
        nint depth = problem.K, stride = fewRows ? problem.Lda : problem.Ldb;
        bool depthContiguous = fewRows ? !problem.TransposeA : problem.TransposeB;
        T* source = fewRows ? problem.A : problem.B;
        var buffer = PackBuffer.Rent((nuint)(rows * depth * sizeof(T)));
        try
        {
            T* few = (T*)buffer.Address;
            for (int row = 0; row < rows; row++)
            {
                for (nint k = 0; k < depth; k++)
                    few[row * depth + k] = source[depthContiguous ? row * stride + k : k * stride + row];
            }
            var shared = new Shared
            {
                Few = few,
                Rows = rows,
                Depth = depth,
                Alpha = alpha,
                Beta = beta,
                Many = fewRows ? problem.B : problem.A,
                Stride = fewRows ? problem.Ldb : problem.Lda,
                ManyDepthContiguous = fewRows ? problem.TransposeB : !problem.TransposeA,
                Columns = fewRows ? problem.N : problem.M,
                C = problem.C,
                RowStep = fewRows ? problem.Ldc : 1,
                ColumnStep = fewRows ? 1 : problem.Ldc,
            };
            ManagedParallel.For((shared.Columns + ChunkColumns - 1) / ChunkColumns, threads, new Chunk(&shared));
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>The product seen as few rows [Rows, Depth] times many columns.</summary>
    private struct Shared
    {
        public T* Few, Many, C;
        public int Rows;
        public nint Depth, Columns, Stride, RowStep, ColumnStep;
        public bool ManyDepthContiguous;
        public T Alpha, Beta;
    }

    private readonly struct Chunk(Shared* shared) : IParallelBody
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            nint first = (nint)chunk * ChunkColumns, depth = shared->Depth;
            int count = (int)nint.Min(ChunkColumns, shared->Columns - first);
            var sumsRoom = stackalloc T[ChunkColumns + StackRoom.Spare<T>()];
            var sums = StackRoom.Align(sumsRoom);
            for (int row = 0; row < shared->Rows; row++)
            {
                T* x = shared->Few + row * depth;
                if (shared->ManyDepthContiguous)
                    Dots(x, shared->Many + first * shared->Stride, count, sums);
                else
                    WeightedRows(x, shared->Many + first, count, sums);
                T* c = shared->C + row * shared->RowStep + first * shared->ColumnStep;
                if (shared->ColumnStep == 1)
                {
                    ScaledStore.Run(sums, c, count, shared->Alpha, shared->Beta);
                    continue;
                }
                for (int column = 0; column < count; column++)
                    ScaledStore.Run(sums + column, c + column * shared->ColumnStep, 1, shared->Alpha, shared->Beta);
            }
        }

        /// <summary>sums[j] = x . row j: four rows at a time share the loads of x.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Dots(T* x, T* rows, int count, T* sums)
        {
            nint depth = shared->Depth, stride = shared->Stride, whole = depth - depth % TSimd.Count;
            for (int j = 0; j < count; j += 4)
            {
                // Past the end, the last row is summed again rather than written.
                T* row0 = rows + j * stride, row1 = rows + int.Min(j + 1, count - 1) * stride;
                T* row2 = rows + int.Min(j + 2, count - 1) * stride, row3 = rows + int.Min(j + 3, count - 1) * stride;
                TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
                for (nint k = 0; k < whole; k += TSimd.Count)
                {
                    var value = TSimd.Load(x + k);
                    sum0 = TSimd.MultiplyAdd(value, TSimd.Load(row0 + k), sum0);
                    sum1 = TSimd.MultiplyAdd(value, TSimd.Load(row1 + k), sum1);
                    sum2 = TSimd.MultiplyAdd(value, TSimd.Load(row2 + k), sum2);
                    sum3 = TSimd.MultiplyAdd(value, TSimd.Load(row3 + k), sum3);
                }
                sums[j] = Finish(sum0, x, row0, whole);
                if (j + 1 < count)
                    sums[j + 1] = Finish(sum1, x, row1, whole);
                if (j + 2 < count)
                    sums[j + 2] = Finish(sum2, x, row2, whole);
                if (j + 3 < count)
                    sums[j + 3] = Finish(sum3, x, row3, whole);
            }
        }

        private T Finish(TVector sum, T* x, T* row, nint from)
        {
            T* lanes = stackalloc T[TSimd.Count];
            TSimd.Store(sum, lanes);
            for (int width = TSimd.Count / 2; width > 0; width /= 2)
            {
                for (int lane = 0; lane < width; lane++)
                    lanes[lane] += lanes[lane + width];
            }
            for (nint k = from; k < shared->Depth; k++)
                lanes[0] += x[k] * row[k];
            return lanes[0];
        }

        /// <summary>sums[j] = the sum over k of x[k] * rows[k, j]: four vectors of columns at a time run down the rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void WeightedRows(T* x, T* rows, int count, T* sums)
        {
            nint depth = shared->Depth, stride = shared->Stride;
            int step = TSimd.Count, j = 0;
            for (; j + 4 * step <= count; j += 4 * step)
            {
                TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
                T* row = rows + j;
                for (nint k = 0; k < depth; k++, row += stride)
                {
                    var value = TSimd.Broadcast(x[k]);
                    sum0 = TSimd.MultiplyAdd(value, TSimd.Load(row), sum0);
                    sum1 = TSimd.MultiplyAdd(value, TSimd.Load(row + step), sum1);
                    sum2 = TSimd.MultiplyAdd(value, TSimd.Load(row + 2 * step), sum2);
                    sum3 = TSimd.MultiplyAdd(value, TSimd.Load(row + 3 * step), sum3);
                }
                TSimd.Store(sum0, sums + j);
                TSimd.Store(sum1, sums + j + step);
                TSimd.Store(sum2, sums + j + 2 * step);
                TSimd.Store(sum3, sums + j + 3 * step);
            }
            for (; j + step <= count; j += step)
            {
                var sum = TSimd.Zero;
                for (nint k = 0; k < depth; k++)
                    sum = TSimd.MultiplyAdd(TSimd.Broadcast(x[k]), TSimd.Load(rows + k * stride + j), sum);
                TSimd.Store(sum, sums + j);
            }
            for (; j < count; j++)
            {
                var sum = T.Zero;
                for (nint k = 0; k < depth; k++)
                    sum += x[k] * rows[k * stride + j];
                sums[j] = sum;
            }
        }
    }
}
