using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_bernoulli = new KernelFile("random/bernoulli.cu").Template("bernoulli<{0}>", ElementTypes.All);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged
    {
        /// <summary>
        /// Sets each element to 1 (true) with a probability, else to 0: 1 where the element's 32-bit output is below the probability times 2³². The
        /// elements are the same on every device and in every element type.
        /// </summary>
        /// <param name="position">Where the bits come from: element i, in row-major order, takes output i.</param>
        /// <param name="probability">The probability of 1, in [0, 1]; rounded to a multiple of 2⁻³². 0 and 1 are certain.</param>
        /// <returns>The position behind the outputs that were used, one an element.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1].</exception>
        public PhiloxState FillBernoulli(PhiloxState position, double probability)
        {
            var threshold = Probability.Of(probability).Threshold;
            return RandomFill.Run(s_bernoulli, destination, position, new BernoulliBody<T>(threshold), threshold);
        }
    }

    /// <summary>1, or true, in an element type.</summary>
    private static T One<T>() where T : unmanaged => ElementType<T>.Kind switch
    {
        ElementKind.Float32 => Unsafe.BitCast<float, T>(1),
        ElementKind.Float64 => Unsafe.BitCast<double, T>(1),
        ElementKind.Float16 => Unsafe.BitCast<Half, T>(Half.One),
        ElementKind.BFloat16 => Unsafe.BitCast<BFloat16, T>(BFloat16.One),
        ElementKind.Float8E4M3 => Unsafe.BitCast<Float8E4M3, T>(Float8E4M3.One),
        ElementKind.Float8E5M2 => Unsafe.BitCast<Float8E5M2, T>(Float8E5M2.One),
        ElementKind.Int32 => Unsafe.BitCast<int, T>(1),
        ElementKind.Int64 => Unsafe.BitCast<long, T>(1),
        _ => Unsafe.BitCast<byte, T>(1),
    };

    /// <summary>All ones in the lanes whose output is below a threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<uint> Below(uint* outputs, ulong threshold) =>
        threshold == 0 ? Vector512<uint>.Zero : Vector512.LessThanOrEqual(Vector512.Load(outputs), Vector512.Create((uint)(threshold - 1)));

    private readonly unsafe struct BernoulliBody<T>(ulong threshold) : IRandomBody<T> where T : unmanaged
    {
        public static int OutputsPerElement => 1;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(uint* outputs, T* y, T* x, int count)
        {
            var one = One<T>();
            for (var i = 0; i < count; i += 4 * Vector512<uint>.Count)
            {
                var (a, b, c, d) = (Below(outputs + i, threshold), Below(outputs + i + 16, threshold), Below(outputs + i + 32, threshold), Below(outputs + i + 48, threshold));
                switch (sizeof(T))
                {
                    case 1:
                        Masked(Vector512.Narrow(Vector512.Narrow(a, b), Vector512.Narrow(c, d)), Unsafe.BitCast<T, byte>(one), y + i);
                        break;
                    case 2:
                        Masked(Vector512.Narrow(a, b), Unsafe.BitCast<T, ushort>(one), y + i);
                        Masked(Vector512.Narrow(c, d), Unsafe.BitCast<T, ushort>(one), y + i + 32);
                        break;
                    case 4:
                        Masked(a, Unsafe.BitCast<T, uint>(one), y + i);
                        Masked(b, Unsafe.BitCast<T, uint>(one), y + i + 16);
                        Masked(c, Unsafe.BitCast<T, uint>(one), y + i + 32);
                        Masked(d, Unsafe.BitCast<T, uint>(one), y + i + 48);
                        break;
                    default:
                        Widened(a, one, y + i);
                        Widened(b, one, y + i + 16);
                        Widened(c, one, y + i + 32);
                        Widened(d, one, y + i + 48);
                        break;
                }
            }
        }

        private static void Widened(Vector512<uint> mask, T one, T* y)
        {
            var (low, high) = Vector512.Widen(mask.AsInt32());
            Masked(low.AsUInt64(), Unsafe.BitCast<T, ulong>(one), y);
            Masked(high.AsUInt64(), Unsafe.BitCast<T, ulong>(one), y + 8);
        }

        private static void Masked<TBits>(Vector512<TBits> mask, TBits one, T* y) where TBits : unmanaged => (mask & Vector512.Create(one)).Store((TBits*)y);
    }
}
