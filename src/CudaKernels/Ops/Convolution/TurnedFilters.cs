using System.Buffers;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The filters of <see cref="ConvolutionShape.Reversed"/>, a copy: from [filters, channels, height, width] to [channels, filters, height, width] within each group, turned by half a circle.</summary>
internal unsafe ref struct TurnedFilters<T> : IDisposable where T : unmanaged
{
    private readonly T[] _copy;
    private GCHandle _pin;

    public TurnedFilters(in ConvolutionShape shape, T* w)
    {
        var area = shape.FilterHeight * shape.FilterWidth;
        _copy = ArrayPool<T>.Shared.Rent(checked(shape.Filters * shape.Taps));
        _pin = GCHandle.Alloc(_copy, GCHandleType.Pinned);
        var to = 0;
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var (group, inGroup) = Math.DivRem(channel, shape.GroupChannels);
            for (var filter = group * shape.GroupFilters; filter < (group + 1) * shape.GroupFilters; filter++, to += area)
            {
                var turned = _copy.AsSpan(to, area);
                new ReadOnlySpan<T>(w + ((((long)filter * shape.GroupChannels) + inGroup) * area), area).CopyTo(turned);
                turned.Reverse();
            }
        }
    }

    public readonly T* Address => (T*)_pin.AddrOfPinnedObject();

    public void Dispose()
    {
        _pin.Free();
        ArrayPool<T>.Shared.Return(_copy);
    }
}
