using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_normal = new KernelFile("random/normal.cu").Template("normal<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Fills the tensor with normal numbers, mean + deviation·z, by Box and Muller's transform: elements 2j and 2j + 1 have z = r·sin t and
        /// r·cos t, with r = √(-2·ln u). For float, Half and BFloat16 these are the formulas of <c>curand_normal</c>: u is the output of element
        /// 2j as <c>curand_uniform</c> maps it, t = 2π·(x·2⁻³² + 2⁻³³) with the output x of element 2j + 1, so that |z| is at most 6.77. For double, u = (k + 1)·2⁻⁵³ with the
        /// upper 53 bits k of two outputs and t = 2π·2⁻⁶⁴ times the next two as one number; |z| is at most 8.58.
        /// </summary>
        /// <remarks>
        /// z is within 4 units in the last place of these formulas in exact arithmetic; a fused multiply-add then applies mean and deviation
        /// and rounds once (Half and BFloat16 once more). The bits are the same on every device for float, Half and BFloat16; for double the
        /// devices' logarithm, sine and cosine may differ in the last places.
        /// </remarks>
        /// <param name="position">Where the bits come from: element i, in row-major order, owns output i, or outputs 2i and 2i + 1 for double.</param>
        /// <param name="mean">The mean.</param>
        /// <param name="deviation">The standard deviation; 0 gives the mean everywhere.</param>
        /// <returns>The position behind the outputs that were used: one an element (two for double), an odd number of elements counting as one more.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The mean is not finite, or the deviation is negative or not finite, in the type that computes.</exception>
        public PhiloxState FillNormal(PhiloxState position, double mean = 0, double deviation = 1)
        {
            ArgumentNullException.ThrowIfNull(destination);
            RequireFinite<T>(mean, nameof(mean));
            RequireFinite<T>(deviation, nameof(deviation));
            ArgumentOutOfRangeException.ThrowIfNegative(deviation);
            var next = RandomFill.Run(s_normal, destination, position, new NormalBody<T>(mean, deviation), Attribute<T>(mean), Attribute<T>(deviation));
            return destination.FlattenedLength % 2 == 0 ? next : next.Advance((ulong)NormalBody<T>.OutputsPerElement);
        }
    }

    private static void RequireFinite<T>(double value, string parameter)
    {
        if (!double.IsFinite(value) || (typeof(T) != typeof(double) && !float.IsFinite((float)value)))
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"the {parameter} is a finite number");
        }
    }

    private readonly unsafe struct NormalBody<T>(double mean, double deviation) : IRandomBody<T> where T : unmanaged
    {
        public static int OutputsPerElement => typeof(T) == typeof(double) ? 2 : 1;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(uint* outputs, T* y, T* x, int count)
        {
            if (typeof(T) == typeof(double))
            {
                RunDoubles((ulong*)outputs, (double*)y, count);
                return;
            }

            // Each pair of outputs is one 64-bit lane, the first output in its lower half, and so are the results, in the same place.
            var pairs = (ulong*)outputs;
            for (var i = 0; i < count / 2; i += 2 * Vector512<ulong>.Count)
            {
                var (low, high) = (Vector512.Load(pairs + i), Vector512.Load(pairs + i + Vector512<ulong>.Count));
                var (first, second) = BoxMuller.Transform(Vector512.Narrow(low, high), Vector512.Narrow(low >> 32, high >> 32));
                var (firstLow, firstHigh) = Vector512.Widen(Scale(first).AsUInt32());
                var (secondLow, secondHigh) = Vector512.Widen(Scale(second).AsUInt32());
                (firstLow | (secondLow << 32)).Store(pairs + i);
                (firstHigh | (secondHigh << 32)).Store(pairs + i + Vector512<ulong>.Count);
            }

            BlockConversion.Narrow(new ReadOnlySpan<float>(outputs, count), new Span<T>(y, count));
        }

        private Vector512<float> Scale(Vector512<float> z) => Vector512.FusedMultiplyAdd(Vector512.Create((float)deviation), z, Vector512.Create((float)mean));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunDoubles(ulong* words, double* y, int count)
        {
            var even = Vector512.Create(0ul, 2, 4, 6, 0, 2, 4, 6);
            var odd = Vector512.Create(1ul, 3, 5, 7, 1, 3, 5, 7);
            for (var i = 0; i < count; i += 2 * Vector512<double>.Count)
            {
                var (low, high) = (Vector512.Load(words + i), Vector512.Load(words + i + Vector512<ulong>.Count));
                var a = Vector512.Create(Vector512.Shuffle(low, even).GetLower(), Vector512.Shuffle(high, even).GetLower());
                var b = Vector512.Create(Vector512.Shuffle(low, odd).GetLower(), Vector512.Shuffle(high, odd).GetLower());
                var (first, second) = BoxMuller.Transform(a, b);
                for (var j = 0; j < Vector512<double>.Count; j++)
                {
                    y[i + (2 * j)] = Math.FusedMultiplyAdd(deviation, first[j], mean);
                    y[i + (2 * j) + 1] = Math.FusedMultiplyAdd(deviation, second[j], mean);
                }
            }
        }
    }
}
