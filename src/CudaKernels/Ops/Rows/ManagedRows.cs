using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The work of a row operation on one row.</summary>
internal interface IRowBody
{
    void Row(nint row);
}

/// <summary>y = f(x) on one row, in float or double; x and y may be the same memory.</summary>
internal interface IRowFunction
{
    void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>;
}

/// <summary>Runs the rows of a matrix on the managed device, several rows to a piece of work.</summary>
internal static unsafe class ManagedRows
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int ElementsPerChunk = 32 * 1024;

    /// <summary>Rows of results that no cache holds are made in the first-level cache, or nearly, and leave it past the others.</summary>
    private const int LeastStreamedRowBytes = 256, MostStreamedRowBytes = 32 * 1024;

    public static void Run<TBody>(CpuDevice device, MatrixRows rows, TBody body) where TBody : struct, IRowBody
    {
        var rowsPerChunk = Math.Max(ElementsPerChunk / Math.Max(rows.Columns, 1), 1);
        ManagedParallel.For((rows.Count + rowsPerChunk - 1) / rowsPerChunk, device.Options.Threads, new Work<TBody>(body, rows.Count, rowsPerChunk));
    }

    /// <summary>Applies a function to every row of dense tensors; Half and BFloat16 rows are computed in float and rounded once.</summary>
    public static void Map<T, TFunction>(DeviceTensor<T> x, DeviceTensor<T> y, TFunction function) where T : unmanaged where TFunction : struct, IRowFunction
    {
        var rows = MatrixRows.Of(x);
        var rowBytes = rows.Columns * sizeof(T);
        var isStreamed = typeof(T) == typeof(float) && rowBytes is >= LeastStreamedRowBytes and <= MostStreamedRowBytes && rows.Count * rowBytes >= StreamedCopy.LeastBytes;
        Run((CpuDevice)y.Device, rows, new MapBody<T, TFunction>(function, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), (int)rows.Columns, isStreamed));
    }

    private readonly struct MapBody<T, TFunction>(TFunction function, T* x, T* y, int columns, bool isStreamed) : IRowBody where T : unmanaged where TFunction : struct, IRowFunction
    {
        private readonly TFunction _function = function;

        public void Row(nint row)
        {
            var from = new ReadOnlySpan<T>(x + (row * columns), columns);
            var to = new Span<T>(y + (row * columns), columns);
            if (typeof(T) == typeof(double))
            {
                _function.Invoke(MemoryMarshal.Cast<T, double>(from), MemoryMarshal.Cast<T, double>(to));
            }
            else if (typeof(T) == typeof(float) && isStreamed)
            {
                Stream(MemoryMarshal.Cast<T, float>(from), (float*)(y + (row * columns)));
            }
            else if (typeof(T) == typeof(float))
            {
                _function.Invoke(MemoryMarshal.Cast<T, float>(from), MemoryMarshal.Cast<T, float>(to));
            }
            else
            {
                var buffer = ArrayPool<float>.Shared.Rent(columns);
                var wide = buffer.AsSpan(0, columns);
                BlockConversion.Widen(from, wide);
                _function.Invoke<float>(wide, wide);
                BlockConversion.Narrow(wide, to);
                ArrayPool<float>.Shared.Return(buffer);
            }
        }

        [SkipLocalsInit]
        private void Stream(ReadOnlySpan<float> from, float* to)
        {
            var resultRoom = stackalloc float[(MostStreamedRowBytes / sizeof(float)) + StackRoom.Spare<float>()];
            var result = StackRoom.Align(resultRoom);
            _function.Invoke(from, new Span<float>(result, columns));
            StreamedCopy.Run((byte*)result, (byte*)to, (nint)columns * sizeof(float));
        }
    }

    private readonly struct Work<TBody>(TBody body, nint rows, nint rowsPerChunk) : IParallelBody where TBody : struct, IRowBody
    {
        private readonly TBody _body = body;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * rowsPerChunk, rows);
            for (var row = (nint)chunk * rowsPerChunk; row < end; row++)
            {
                _body.Row(row);
            }

            StreamedCopy.Complete();
        }
    }
}
