using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The operations on <see cref="DeviceTensor{T}"/>, as extension methods and operators; one file per operation.</summary>
/// <remarks>
/// Each operation has a form that writes a <c>destination</c> and allocates nothing, and most have one that allocates their result on the stream of
/// the first operand. An operation runs on the stream of its destination. Elementwise operations and rotary embedding take strided and broadcast
/// views and may work in place (the destination is exactly an operand); all other operations refuse a destination that overlaps an input.
/// Where an input may be strided, as in nearly all of them, an operation copies it if its kernel needs it dense. A strided destination is
/// written as it is by elementwise operations, rotary embedding, fills, copies, products, softmax and the norms themselves, and by way of a copy by attention and its
/// gradients; most others refuse it. Slices that interleave, such as columns of one matrix, do not overlap.
/// </remarks>
public static partial class TensorOperations
{
    /// <summary>A scalar as the kernels take it: in the type in which elements of <typeparamref name="T"/> are computed.</summary>
    internal static KernelArgument Scalar<T>(T value) where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            return (float)Unsafe.BitCast<T, Half>(value);
        }

        if (typeof(T) == typeof(BFloat16))
        {
            return (float)Unsafe.BitCast<T, BFloat16>(value);
        }

        if (typeof(T) == typeof(Float8E4M3))
        {
            return (float)Unsafe.BitCast<T, Float8E4M3>(value);
        }

        if (typeof(T) == typeof(Float8E5M2))
        {
            return (float)Unsafe.BitCast<T, Float8E5M2>(value);
        }

        return ElementType<T>.Kind switch
        {
            ElementKind.Float32 => Unsafe.BitCast<T, float>(value),
            ElementKind.Float64 => Unsafe.BitCast<T, double>(value),
            ElementKind.Int8 => Unsafe.BitCast<T, sbyte>(value),
            ElementKind.UInt8 => Unsafe.BitCast<T, byte>(value),
            ElementKind.Int32 => Unsafe.BitCast<T, int>(value),
            ElementKind.Int64 => Unsafe.BitCast<T, long>(value),
            _ => Unsafe.BitCast<T, bool>(value),
        };
    }

    /// <summary>An attribute such as an epsilon or a slope as the kernels take it: double for double tensors, else float.</summary>
    internal static KernelArgument Attribute<T>(double value) where T : unmanaged =>
        typeof(T) == typeof(double) ? (KernelArgument)value : (KernelArgument)(float)value;

    /// <summary>A new dense tensor with the shape of <paramref name="like"/>, on its device and stream.</summary>
    internal static DeviceTensor<T> NewLike<T>(DeviceTensor<T> like) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(like);
        return like.Device.Create<T>(TensorLayout.Dense(like.Lengths), like.Stream);
    }

    /// <summary>A new tensor of the shape that two tensors broadcast to.</summary>
    internal static DeviceTensor<TResult> NewBroadcast<T, TResult>(DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged where TResult : unmanaged
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Device.Create<TResult>(TensorLayout.Dense(TensorLayout.BroadcastLengths(a.Layout, b.Layout)), a.Stream);
    }

    internal static void RequireShape<T>(DeviceTensor<T> tensor, TensorLayout expected, string parameter = "destination") where T : unmanaged => RequireShape(tensor, expected.Lengths, parameter);

    internal static void RequireShape<T>(DeviceTensor<T> tensor, ReadOnlySpan<nint> expected, string parameter = "destination") where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor, parameter);
        if (!tensor.Layout.HasLengths(expected))
        {
            throw new ArgumentException($"shape {TensorLayout.Format(expected)} is needed, got {tensor.Layout}", parameter);
        }
    }
}
