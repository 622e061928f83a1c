using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// The convolution of images, channels first, with a stride of 1: the matrix product of <see cref="PackedGemm{TStore, T, TConversion, TSimd, TVector}"/>
/// whose second matrix is never made, because its panels lie in the image (<see cref="PaddedPlanes"/>). Each sum is formed in the order of
/// the weights.
/// </summary>
internal static unsafe class PlaneConvolution
{
    // Below this share of outputs among what is computed, the columns of the other form cost less.
    private const double SmallestShare = 0.6;

    // A few filters use each value that is read too seldom.
    private const int FewestFilters = 4;

    /// <summary>Whether a convolution is one that this form is made for.</summary>
    public static bool Suits(in ConvolutionShape shape, ImageLayout layout)
    {
        var planes = new PaddedPlanes(shape);
        return layout == ImageLayout.ChannelsFirst && shape is { StrideX: 1, StrideY: 1, Taps: > 0, OutWidth: > 0, OutHeight: > 0 } && shape.GroupFilters >= FewestFilters
            && shape.OutWidth >= SmallestShare * planes.Pitch && planes.ShortestLength <= PaddedPlanes.MostElements;
    }

    /// <summary>y = bias + x * w, where <paramref name="w"/> is [filters, taps].</summary>
    public static void Run<T, TCompute>(CpuDevice device, in ConvolutionShape shape, T* x, TCompute* w, T* bias, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Slab<T, TCompute, Simd512<TCompute>, Vector512<TCompute>>.Run(device, shape, x, w, bias, y);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Slab<T, TCompute, Simd256<TCompute>, Vector256<TCompute>>.Run(device, shape, x, w, bias, y);
        }
        else
        {
            Slab<T, TCompute, Simd128<TCompute>, Vector128<TCompute>>.Run(device, shape, x, w, bias, y);
        }
    }

    /// <summary>Some rows of one image's results, of one group.</summary>
    private readonly struct Slab<T, TCompute, TSimd, TVector>(ConvolutionShape shape, T* x, PackedFilters<TCompute> filters, T* bias, T* y) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        where TSimd : ISimd<TVector, TCompute>
        where TVector : unmanaged
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly PaddedPlanes _planes = new(shape);

        private static int Columns => 2 * TSimd.Count;

        public static void Run(CpuDevice device, in ConvolutionShape shape, T* x, TCompute* w, T* bias, T* y)
        {
            var planes = new PaddedPlanes(shape);
            var packed = PackBuffer.Rent(PackedFilters<TCompute>.Bytes(shape, TSimd.TileRows));
            try
            {
                var filters = new PackedFilters<TCompute>(shape, TSimd.TileRows, packed.Address);
                filters.Fill(w, planes);
                ManagedParallel.For((long)shape.Images * shape.Groups * planes.Slabs, device.Options.Threads, new Slab<T, TCompute, TSimd, TVector>(shape, x, filters, bias, y));
            }
            finally
            {
                packed.Return();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var slab = (int)(chunk % _planes.Slabs);
            var group = (int)(chunk / _planes.Slabs % _shape.Groups);
            var image = chunk / _planes.Slabs / _shape.Groups;
            var sumsLength = filters.Panels * TSimd.TileRows * Columns;

            // The last panel reads beyond the last output, by less than its width.
            var buffer = PackBuffer.Rent(checked((nuint)(sumsLength + _planes.Length + Columns) * (nuint)sizeof(TCompute)));
            try
            {
                var sums = (TCompute*)buffer.Address;
                var planes = sums + sumsLength;
                _planes.Fill(x + (image * _shape.ImageStep) + (group * (long)_shape.GroupChannels * _shape.ChannelStep), slab, planes);
                new Span<TCompute>(planes + _planes.Length, Columns).Clear();
                var span = _planes.Span(_planes.RowsOf(slab));
                for (var first = 0; first < span; first += Columns)
                {
                    Sum(group, planes + first, sums);
                    Store(image, group, slab, first, sums);
                }
            }
            finally
            {
                buffer.Return();
            }
        }

        /// <summary>The sums of all filters at one panel's outputs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Sum(int group, TCompute* origin, TCompute* sums)
        {
            for (var tap = 0; tap < _shape.Taps; tap += filters.Depth)
            {
                var depth = Math.Min(filters.Depth, _shape.Taps - tap);
                for (var panel = 0; panel < filters.Panels; panel++)
                {
                    var rows = Math.Min(TSimd.TileRows, _shape.GroupFilters - (panel * TSimd.TileRows));
                    var steps = new OffsetSteps<TCompute>(origin, filters.Offsets + tap);
                    MicroKernel<TCompute, TSimd, TVector>.Multiply(rows, depth, filters.At(group, tap, depth, panel), steps, sums + (panel * TSimd.TileRows * Columns), Columns, add: tap > 0);
                }
            }
        }

        /// <summary>Stores one panel's outputs, run by run of a row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Store(long image, int group, int slab, int first, TCompute* sums)
        {
            var (row, column) = (first / _planes.Pitch, first % _planes.Pitch);
            for (var at = 0; at < Columns && row < _planes.RowsOf(slab); at += _planes.Pitch - column, row++, column = 0)
            {
                var length = Math.Min(Columns - at, _shape.OutWidth - column);
                if (length <= 0)
                {
                    continue;
                }

                var to = y + (image * _shape.OutImageStep) + (group * (long)_shape.GroupFilters * _shape.OutFilterStep) + (((slab * _planes.RowsPerSlab) + row) * _shape.OutRowStep) + column;
                for (var filter = 0; filter < _shape.GroupFilters; filter++, to += _shape.OutFilterStep)
                {
                    var run = new Span<TCompute>(sums + (filter * Columns) + at, length);
                    if (bias is not null)
                    {
                        TensorPrimitives.Add(run, TCompute.CreateTruncating(bias[(group * _shape.GroupFilters) + filter]), run);
                    }

                    TensorPrimitives.ConvertTruncating<TCompute, T>(run, new Span<T>(to, length));
                }
            }
        }
    }
}
