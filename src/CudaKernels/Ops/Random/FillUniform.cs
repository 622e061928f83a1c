using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_uniformFile = new("random/uniform.cu");
    private static readonly KernelTemplate s_uniform = s_uniformFile.Template("uniform<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_uniformCurand = s_uniformFile.Template("uniform_curand<{0}>", [ElementKind.Float32]);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Fills the tensor with numbers uniform in [low, high): low + u·(high - low), u the upper 24 bits of the element's 32-bit output over 2²⁴,
        /// or the upper 53 bits of two outputs over 2⁵³ for double (the later one in the upper half). So u is an exact number in [0, 1) and every u
        /// as likely as any other. One fused multiply-add makes and rounds the result (then Half and BFloat16 round it to their precision); one
        /// that rounds up to high is the last number below it. The bits are the same on every device.
        /// </summary>
        /// <param name="position">Where the bits come from: element i, in row-major order, takes output i, or outputs 2i and 2i + 1 for double.</param>
        /// <param name="low">The lowest number, rounded to the element type.</param>
        /// <param name="high">The number that all results are below, rounded to the element type.</param>
        /// <returns>The position behind the outputs that were used, one an element or two for double.</returns>
        /// <exception cref="ArgumentException">The interval is empty, or its width is not finite in the type that computes it.</exception>
        /// <remarks><c>FillCurandUniform</c> has the numbers of cuRAND, which lie in (0, 1].</remarks>
        public PhiloxState FillUniform(PhiloxState position, double low = 0, double high = 1)
        {
            ArgumentNullException.ThrowIfNull(destination);
            var (first, end) = (T.CreateTruncating(low), T.CreateTruncating(high));
            var width = typeof(T) == typeof(double) ? high - low : float.CreateTruncating(end) - float.CreateTruncating(first);
            if (!(first < end) || !double.IsFinite(width))
            {
                throw new ArgumentException($"a uniform interval needs low < high with a finite difference, got [{first}, {end})");
            }

            var last = T.BitDecrement(end);
            return RandomFill.Run(
                s_uniform,
                destination,
                position,
                new UniformBody<T>(double.CreateTruncating(first), width, double.CreateTruncating(last)),
                Attribute<T>(double.CreateTruncating(first)),
                Attribute<T>(width),
                Attribute<T>(double.CreateTruncating(last)));
        }
    }

    extension(DeviceTensor<float> destination)
    {
        /// <summary>
        /// Fills the tensor with the numbers that <c>curand_uniform</c> gives from the same position, bit for bit: uniform in (0, 1], the
        /// 32-bit output x as x·2⁻³² + 2⁻³³, x first rounded to a float.
        /// </summary>
        /// <param name="position">Where the bits come from: element i, in row-major order, takes output i.</param>
        /// <returns>The position behind the outputs that were used, one an element.</returns>
        public PhiloxState FillCurandUniform(PhiloxState position) => RandomFill.Run(s_uniformCurand, destination, position, new CurandUniformBody());
    }

    private readonly unsafe struct UniformBody<T>(double low, double width, double last) : IRandomBody<T> where T : unmanaged
    {
        public static int OutputsPerElement => typeof(T) == typeof(double) ? 2 : 1;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(uint* outputs, T* y, T* x, int count)
        {
            if (typeof(T) == typeof(double))
            {
                for (var i = 0; i < count; i += Vector512<double>.Count)
                {
                    var u = Vector512.ConvertToDouble((Vector512.Load((ulong*)outputs + i) >> 11).AsInt64()) * Vector512.Create(1.0 / (1L << 53));
                    var value = Vector512.FusedMultiplyAdd(u, Vector512.Create(width), Vector512.Create(low));
                    Vector512.MinNative(value, Vector512.Create(last)).Store((double*)y + i);
                }

                return;
            }

            var values = (float*)outputs; // each in the place of its output
            for (var i = 0; i < count; i += Vector512<float>.Count)
            {
                var u = Vector512.ConvertToSingle((Vector512.Load(outputs + i) >> 8).AsInt32()) * Vector512.Create(1f / (1 << 24));
                var value = Vector512.FusedMultiplyAdd(u, Vector512.Create((float)width), Vector512.Create((float)low));
                Vector512.MinNative(value, Vector512.Create((float)last)).Store(values + i);
            }

            BlockConversion.Narrow(new ReadOnlySpan<float>(values, count), new Span<T>(y, count));
        }
    }

    private readonly unsafe struct CurandUniformBody : IRandomBody<float>
    {
        public static int OutputsPerElement => 1;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(uint* outputs, float* y, float* x, int count)
        {
            for (var i = 0; i < count; i += Vector512<float>.Count)
            {
                BoxMuller.Unit(Vector512.Load(outputs + i)).Store(y + i);
            }
        }
    }
}
