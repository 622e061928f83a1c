using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The managed form of the group norm and its gradients: each group of each image is a row of planes, one for each channel.</summary>
internal static unsafe class ManagedGroupNorm
{
    public static void Run<T>(CpuDevice cpu, GroupShape shape, DeviceTensor<T> x, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, double epsilon) where T : unmanaged, IFloatingPointIeee754<T> =>
        ManagedRows.Run(cpu, shape.Rows, new ForwardRow<T>(shape, ManagedSpan.Pointer(x), Pointer(gamma), Pointer(beta), ManagedSpan.Pointer(y), epsilon));

    public static void Gradient<T>(CpuDevice cpu, GroupShape shape, DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (shape.Layout.Spatial == 1)
        {
            ManagedRowNormGradient.Run(new MatrixRows((nint)shape.Layout.Images, (nint)shape.Layout.Channels), shape.Groups, x, dy, gamma, dx, gradients, epsilon, centred: true);
            return;
        }

        var planes = checked((int)(shape.Layout.Images * shape.Layout.Channels));
        var sums = ArrayPool<(double Gamma, double Beta)>.Shared.Rent(planes);
        var pin = GCHandle.Alloc(sums, GCHandleType.Pinned);
        try
        {
            var kept = ((double Gamma, double Beta)*)pin.AddrOfPinnedObject();
            if (typeof(T) == typeof(double))
            {
                ManagedRows.Run(cpu, shape.Rows, new GradientRow<T, double>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(dy), Pointer(gamma), ManagedSpan.Pointer(dx), kept, epsilon));
            }
            else
            {
                ManagedRows.Run(cpu, shape.Rows, new GradientRow<T, float>(shape, ManagedSpan.Pointer(x), ManagedSpan.Pointer(dy), Pointer(gamma), ManagedSpan.Pointer(dx), kept, epsilon));
            }

            Join(kept, shape.Layout, new GradientPointers<T>(gradients));
        }
        finally
        {
            pin.Free();
            ArrayPool<(double Gamma, double Beta)>.Shared.Return(sums);
        }
    }

    /// <summary>Adds the sums of each channel's planes in the order of the images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Join<T>((double Gamma, double Beta)* sums, ChannelLayout layout, GradientPointers<T> results) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long channel = 0; channel < layout.Channels; channel++)
        {
            double gamma = 0, beta = 0;
            for (long image = 0; image < layout.Images; image++)
            {
                var (planeGamma, planeBeta) = sums[(image * layout.Channels) + channel];
                (gamma, beta) = (gamma + planeGamma, beta + planeBeta);
            }

            results.Keep(channel, gamma, beta);
        }
    }

    private static T* Pointer<T>(DeviceTensor<T>? tensor) where T : unmanaged => tensor is null ? null : ManagedSpan.Pointer(tensor);

    private readonly struct ForwardRow<T>(GroupShape shape, T* x, T* gamma, T* beta, T* y, double epsilon) : IRowBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly GroupShape _shape = shape;

        public void Row(nint row)
        {
            var (columns, channels, plane) = ((int)_shape.Rows.Columns, (int)_shape.Layout.GroupChannels, (int)_shape.Layout.Spatial);
            var first = row % _shape.Groups * channels;
            var elements = new ReadOnlySpan<T>(x + (row * columns), columns);
            var mean = SpanReduction.Sum(elements) / columns;
            var scale = 1 / Math.Sqrt((SpanReduction.SumOfSquaresAboutMean(elements, mean) / columns) + epsilon);
            if (plane == 1 && typeof(T) == typeof(double))
            {
                Standardize<double>(row * columns, first, columns, mean, scale);
                return;
            }

            if (plane == 1)
            {
                Standardize<float>(row * columns, first, columns, mean, scale);
                return;
            }

            var parameters = new ChannelParameters<T>(gamma, beta);
            for (var c = 0; c < channels; c++)
            {
                var (factor, offset) = parameters.Of(first + c, scale);
                var at = (row * columns) + ((nint)c * plane);
                PlaneFunctions.Normalize(x + at, y + at, plane, mean, factor, offset);
            }
        }

        /// <summary>A row whose columns are channels.</summary>
        private void Standardize<TCompute>(nint start, nint first, int columns, double mean, double scale) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        {
            using var wide = new WideRow<T, TCompute>(2, columns);
            RowFunctions.Standardize(
                wide.Read(0, x + start, columns),
                wide.Write(1, y + start, columns),
                TCompute.CreateTruncating(mean),
                TCompute.CreateTruncating(scale),
                gamma is null ? null : gamma + first,
                beta is null ? null : beta + first);
            wide.Finish(1, y + start, columns);
        }
    }

    private readonly struct GradientRow<T, TCompute>(GroupShape shape, T* x, T* dy, T* gamma, T* dx, (double Gamma, double Beta)* sums, double epsilon) : IRowBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly GroupShape _shape = shape;

        public void Row(nint row)
        {
            var (columns, channels, plane) = ((int)_shape.Rows.Columns, (int)_shape.Layout.GroupChannels, (int)_shape.Layout.Spatial);
            var first = row % _shape.Groups * channels;
            var elements = new ReadOnlySpan<T>(x + (row * columns), columns);
            var mean = SpanReduction.Sum(elements) / columns;
            var scale = 1 / Math.Sqrt((SpanReduction.SumOfSquaresAboutMean(elements, mean) / columns) + epsilon);
            var (shift, factor) = (TCompute.CreateTruncating(mean), TCompute.CreateTruncating(scale));
            var parameters = new ChannelParameters<T>(gamma, null);
            using var wide = new WideRow<T, TCompute>(3, plane);
            double sum = 0, product = 0;
            for (var c = 0; c < channels; c++)
            {
                var at = (row * columns) + ((nint)c * plane);
                var (planeSum, planeProduct) = RowNormLoops.Sums(wide.Read(0, dy + at, plane), wide.Read(1, x + at, plane), null, shift, factor);
                sums[(row * channels) + c] = (planeProduct, planeSum);
                var weight = parameters.Of(first + c, 1).Factor;
                (sum, product) = (sum + (weight * planeSum), product + (weight * planeProduct));
            }

            for (var c = 0; c < channels; c++)
            {
                var at = (row * columns) + ((nint)c * plane);
                var steps = new GradientSteps(parameters.Of(first + c, scale).Factor, -scale * scale * (product / columns), -scale * (sum / columns));
                VectorPairLoop.Apply(steps.At(shift), wide.Read(0, dy + at, plane), wide.Read(1, x + at, plane), wide.Write(2, dx + at, plane));
                wide.Finish(2, dx + at, plane);
            }
        }
    }
}
