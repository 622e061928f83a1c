using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Elements in the type that is computed in: the given ones where it is the same type, else a widened copy that lives as long as this.</summary>
internal unsafe ref struct WideElements<T, TCompute> : IDisposable where T : unmanaged, INumberBase<T> where TCompute : unmanaged, INumberBase<TCompute>
{
    private readonly TCompute[]? _copy;
    private GCHandle _pin;

    public WideElements(T* elements, long count)
    {
        if (typeof(T) == typeof(TCompute))
        {
            Address = (TCompute*)elements;
            return;
        }

        _copy = ArrayPool<TCompute>.Shared.Rent(checked((int)count));
        if (typeof(TCompute) == typeof(float) && (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16)))
        {
            BlockConversion.Widen(new ReadOnlySpan<T>(elements, (int)count), MemoryMarshal.Cast<TCompute, float>(_copy.AsSpan()));
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                _copy[i] = TCompute.CreateTruncating(elements[i]);
            }
        }

        _pin = GCHandle.Alloc(_copy, GCHandleType.Pinned);
        Address = (TCompute*)_pin.AddrOfPinnedObject();
    }

    public TCompute* Address { get; }

    public void Dispose()
    {
        if (_copy is not null)
        {
            _pin.Free();
            ArrayPool<TCompute>.Shared.Return(_copy);
        }
    }
}
