using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The managed form of <c>RotaryEmbedding</c>: rows in float, or in double for double tensors.</summary>
internal static unsafe class ManagedRotaryEmbedding
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int ElementsPerChunk = 16 * 1024;

    /// <summary>Rows of results that no cache holds are made on the stack and leave it past the caches.</summary>
    private const int LeastStreamedRowBytes = 128, MostStreamedRowBytes = 16 * 1024;

    /// <summary>Runs the operation on strided tensors; refuses positions outside the tables before it writes.</summary>
    public static void Run<T, TAngle>(
        in RotaryShape shape, DeviceTensor<T> x, DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> y, DeviceTensor<long>? positions, bool isInverse)
        where T : unmanaged
        where TAngle : unmanaged, IFloatingPointIeee754<TAngle>
    {
        var places = positions is null ? null : ManagedSpan.Pointer(positions);
        shape.RequirePositions(places);
        var rowsPerChunk = Math.Max(ElementsPerChunk / shape.Width, 1);
        var rowBytes = shape.Width * sizeof(T);
        var isStreamed = x.Block != y.Block && shape.Y.Column == 1 && rowBytes is >= LeastStreamedRowBytes and <= MostStreamedRowBytes && shape.Items * rowBytes >= StreamedCopy.LeastBytes;
        var work = new Work<T, TAngle>(
            shape, rowsPerChunk, ManagedSpan.Pointer(x), ManagedSpan.Pointer(y), ManagedSpan.Pointer(cosines), ManagedSpan.Pointer(sines), places, isInverse ? -TAngle.One : TAngle.One, isStreamed);
        ManagedParallel.For((shape.Items + rowsPerChunk - 1) / rowsPerChunk, ((CpuDevice)y.Device).Options.Threads, work);
    }

    private readonly struct Work<T, TCompute>(RotaryShape shape, long rowsPerChunk, T* x, T* y, TCompute* cosines, TCompute* sines, long* positions, TCompute sign, bool isStreamed) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly RotaryShape _shape = shape;

        /// <summary>Whether halves of rows are turned where they lie; else they are brought together, widened, and rounded once.</summary>
        private bool IsPlain => typeof(T) == typeof(TCompute) && _shape.Interleaved == 0 && _shape.X.Column == 1 && _shape.Y.Column == 1;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var rowRoom = stackalloc byte[MostStreamedRowBytes + StackRoom.Spare<byte>()];
            var end = Math.Min((chunk + 1) * rowsPerChunk, _shape.Items);
            var turned = checked((int)(2 * _shape.Pairs));
            var gathered = IsPlain ? [] : ArrayPool<T>.Shared.Rent(turned);
            using var wide = new WideRow<T, TCompute>(1, turned);
            fixed (T* elements = gathered)
            {
                for (var item = chunk * rowsPerChunk; item < end; item++)
                {
                    var (batch, head, token) = _shape.Place(item);
                    var from = x + (batch * _shape.X.Batch) + (head * _shape.X.Head) + (token * _shape.X.Token);
                    var place = y + (batch * _shape.Y.Batch) + (head * _shape.Y.Head) + (token * _shape.Y.Token);
                    var to = isStreamed ? (T*)StackRoom.Align(rowRoom) : place;
                    var angle = _shape.Angle(positions, batch, token) * _shape.Pairs;
                    if (IsPlain)
                    {
                        Turn((TCompute*)from, (TCompute*)to, cosines + angle, sines + angle);
                    }
                    else
                    {
                        TurnGathered(from, to, elements, wide, angle);
                    }

                    for (long column = turned; column < _shape.Width; column++)
                    {
                        to[column * _shape.Y.Column] = from[column * _shape.X.Column];
                    }

                    if (isStreamed)
                    {
                        StreamedCopy.Run((byte*)to, (byte*)place, (nint)_shape.Width * sizeof(T));
                    }
                }
            }

            if (isStreamed)
            {
                StreamedCopy.Complete();
            }

            if (gathered.Length > 0)
            {
                ArrayPool<T>.Shared.Return(gathered);
            }
        }

        /// <summary>The same of a row that is widened, or whose halves are brought together first.</summary>
        private void TurnGathered(T* from, T* to, T* elements, WideRow<T, TCompute> wide, long angle)
        {
            var pairs = (int)_shape.Pairs;
            var (step, second) = _shape.Interleaved != 0 ? (2L, 1L) : (1L, pairs);
            var areHalvesWidened = typeof(T) != typeof(TCompute) && _shape.Interleaved == 0;
            var (isRead, isWritten) = (areHalvesWidened && _shape.X.Column == 1, areHalvesWidened && _shape.Y.Column == 1);
            for (var i = 0; i < pairs && !isRead; i++)
            {
                elements[i] = from[step * i * _shape.X.Column];
                elements[pairs + i] = from[((step * i) + second) * _shape.X.Column];
            }

            _ = wide.Read(0, isRead ? from : elements, 2 * pairs);
            fixed (TCompute* values = wide.Write(0, elements, 2 * pairs))
            {
                Turn(values, values, cosines + angle, sines + angle);
            }

            wide.Finish(0, isWritten ? to : elements, 2 * pairs);
            for (var i = 0; i < pairs && !isWritten; i++)
            {
                to[step * i * _shape.Y.Column] = elements[i];
                to[((step * i) + second) * _shape.Y.Column] = elements[pairs + i];
            }
        }

        /// <summary>Turns the halves of a row, which may be written where they stood.</summary>
        private void Turn(TCompute* from, TCompute* to, TCompute* cosine, TCompute* sine)
        {
            var pairs = (int)_shape.Pairs;
            var i = 0;
            for (; i <= pairs - Vector512<TCompute>.Count; i += Vector512<TCompute>.Count)
            {
                var (a, b) = (Vector512.Load(from + i), Vector512.Load(from + pairs + i));
                var (c, s) = (Vector512.Load(cosine + i), Vector512.Load(sine + i) * sign);
                ((a * c) - (b * s)).Store(to + i);
                ((b * c) + (a * s)).Store(to + pairs + i);
            }

            for (; i < pairs; i++)
            {
                var (a, b, c, s) = (from[i], from[pairs + i], cosine[i], sine[i] * sign);
                to[i] = (a * c) - (b * s);
                to[pairs + i] = (b * c) + (a * s);
            }
        }
    }
}
