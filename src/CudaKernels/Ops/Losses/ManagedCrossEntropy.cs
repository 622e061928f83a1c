using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The managed form of <c>CrossEntropy</c> and its gradient: each row in float, or in double for double tensors.</summary>
internal static unsafe class ManagedCrossEntropy
{
    public static void Losses<T>(DeviceTensor<T> logits, DeviceTensor<long> labels, DeviceTensor<T> losses, MatrixRows rows, double smoothing) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var device = (CpuDevice)logits.Device;
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, rows, new LossRow<T, double>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(losses), (int)rows.Columns, smoothing));
        }
        else
        {
            ManagedRows.Run(device, rows, new LossRow<T, float>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(losses), (int)rows.Columns, smoothing));
        }
    }

    public static void Gradient<T>(DeviceTensor<T> logits, DeviceTensor<long> labels, DeviceTensor<T> gradient, MatrixRows rows, double scale, DeviceTensor<long>? count, double smoothing) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var device = (CpuDevice)logits.Device;
        scale /= count is null ? 1 : Math.Max(*ManagedSpan.Pointer(count), 1);
        if (typeof(T) == typeof(double))
        {
            ManagedRows.Run(device, rows, new GradientRow<T, double>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(gradient), (int)rows.Columns, scale, smoothing));
        }
        else
        {
            ManagedRows.Run(device, rows, new GradientRow<T, float>(ManagedSpan.Pointer(logits), ManagedSpan.Pointer(labels), ManagedSpan.Pointer(gradient), (int)rows.Columns, scale, smoothing));
        }
    }

    public static void Count(DeviceTensor<long> labels, DeviceTensor<long> count)
    {
        var counted = 0L;
        foreach (var label in ManagedSpan.Of(labels))
        {
            counted += label >= 0 ? 1 : 0;
        }

        *ManagedSpan.Pointer(count) = counted;
    }

    // A row in the type that it is computed in: itself, or widened into the buffer.
    private static ReadOnlySpan<TCompute> Widened<T, TCompute>(ReadOnlySpan<T> row, Span<TCompute> buffer) where T : unmanaged where TCompute : unmanaged
    {
        if (typeof(T) == typeof(TCompute))
        {
            return MemoryMarshal.Cast<T, TCompute>(row);
        }

        BlockConversion.Widen(row, MemoryMarshal.Cast<TCompute, float>(buffer));
        return buffer;
    }

    private readonly struct LossRow<T, TCompute>(T* x, long* labels, T* losses, int columns, double smoothing) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        public void Row(nint row)
        {
            var label = labels[row];
            if (label < 0 || label >= columns)
            {
                losses[row] = label < 0 ? T.Zero : T.NaN;
                return;
            }

            var rented = ArrayPool<TCompute>.Shared.Rent(columns);
            var buffer = rented.AsSpan(0, columns);
            var logits = Widened(new ReadOnlySpan<T>(x + (row * columns), columns), buffer);
            var maximum = SpanReduction.MaxOfNumbers(logits); // a NaN makes the sum NaN
            double shift = double.CreateTruncating(maximum), ofLabel = double.CreateTruncating(logits[(int)label]);
            // Only where it has weight: a logit of -∞ makes it infinite.
            var below = smoothing == 0 ? 0 : ((columns * shift) - SpanReduction.Sum(logits)) * (smoothing / columns);
            var sum = VectorLoop.ApplyAndSum(new RowFunctions.ShiftedExp<TCompute>(maximum), logits, buffer);
            ArrayPool<TCompute>.Shared.Return(rented);
            losses[row] = T.CreateTruncating(Math.Log(sum) - ((1 - smoothing) * (ofLabel - shift)) + below);
        }
    }

    private readonly struct GradientRow<T, TCompute>(T* x, long* labels, T* gradient, int columns, double scale, double smoothing) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        public void Row(nint row)
        {
            var label = labels[row];
            var result = new Span<T>(gradient + (row * columns), columns);
            if (label < 0 || label >= columns)
            {
                result.Fill(label < 0 ? T.Zero : T.NaN);
                return;
            }

            var logits = new ReadOnlySpan<T>(x + (row * columns), columns);
            if (typeof(T) == typeof(TCompute))
            {
                Differentiate(MemoryMarshal.Cast<T, TCompute>(logits), MemoryMarshal.Cast<T, TCompute>(result), (int)label);
                return;
            }

            var rented = ArrayPool<TCompute>.Shared.Rent(columns);
            var buffer = rented.AsSpan(0, columns);
            Differentiate(Widened(logits, buffer), buffer, (int)label);
            BlockConversion.Narrow(MemoryMarshal.Cast<TCompute, float>(buffer), result);
            ArrayPool<TCompute>.Shared.Return(rented);
        }

        private void Differentiate(ReadOnlySpan<TCompute> logits, Span<TCompute> result, int label)
        {
            var maximum = SpanReduction.MaxOfNumbers(logits);
            var sum = VectorLoop.ApplyAndSum(new RowFunctions.ShiftedExp<TCompute>(maximum), logits, result);
            var others = smoothing / columns;
            var ofLabel = ((double.CreateTruncating(result[label]) / sum) - (1 - smoothing + others)) * scale;
            VectorLoop.Apply(new AboveTarget<TCompute>(TCompute.CreateTruncating(1 / sum), TCompute.CreateTruncating(others), TCompute.CreateTruncating(scale)), result, result);
            result[label] = TCompute.CreateTruncating(ofLabel);
        }
    }

    /// <summary>(x · factor - target) · scale.</summary>
    private readonly struct AboveTarget<T>(T factor, T target, T scale) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _factor = factor;
        private readonly T _target = target;
        private readonly T _scale = scale;

        public Vector512<T> Invoke(Vector512<T> x) => ((x * Vector512.Create(_factor)) - Vector512.Create(_target)) * Vector512.Create(_scale);
    }
}
