using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_shiftRight = new("shift_right", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = x &gt;&gt; c, ⌊x / 2ᶜ⌋: the bits of x moved down by c places, signs drawn after, elementwise with broadcasting.</summary>
        /// <remarks>A count below 0, or of as many places as an element has bits or more, moves all bits out, on every device: 0, and -1 of negative x.</remarks>
        /// <param name="counts">The counts c; their shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="counts"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void ShiftRight(DeviceTensor<T> counts, DeviceTensor<T> destination) => Binary(s_shiftRight, x, counts, destination, new ShiftRightFunction<T>());

        /// <summary>A new tensor with x &gt;&gt; c elementwise, with broadcasting; see the form with a destination.</summary>
        /// <param name="counts">The counts c.</param>
        public DeviceTensor<T> ShiftRight(DeviceTensor<T> counts) => Binary(s_shiftRight, x, counts, new ShiftRightFunction<T>());

        /// <summary>Computes y = x &gt;&gt; c elementwise for one count c; see the form with a tensor of counts.</summary>
        /// <param name="count">The count c.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void ShiftRight(int count, DeviceTensor<T> destination) => Binary(s_shiftRight, x, ShiftCount<T>.Of(count), scalarIsLeft: false, destination, new ShiftRightFunction<T>());

        /// <summary>A new tensor with x &gt;&gt; c elementwise for one count c; see the form with a tensor of counts.</summary>
        /// <param name="count">The count c.</param>
        public DeviceTensor<T> ShiftRight(int count) => Binary(s_shiftRight, x, ShiftCount<T>.Of(count), scalarIsLeft: false, new ShiftRightFunction<T>());

        /// <summary>A new tensor with left &gt;&gt; right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator >>(DeviceTensor<T> left, DeviceTensor<T> right) => left.ShiftRight(right);

        /// <summary>A new tensor with left &gt;&gt; right elementwise.</summary>
        public static DeviceTensor<T> operator >>(DeviceTensor<T> left, int right) => left.ShiftRight(right);

        /// <summary>Shifts this tensor by <paramref name="right"/> in place.</summary>
        public void operator >>=(DeviceTensor<T> right) => x.ShiftRight(right, x);

        /// <summary>Shifts every element by <paramref name="right"/> in place.</summary>
        public void operator >>=(int right) => x.ShiftRight(right, x);
    }

    private readonly struct ShiftRightFunction<T> : IBinaryFunction<T> where T : unmanaged, IBinaryInteger<T>
    {
        public T Invoke(T x, T count) => ShiftCount<T>.IsWithin(count) ? x >> int.CreateTruncating(count) : T.IsNegative(x) ? T.AllBitsSet : T.Zero;

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> count) => throw new UnreachableException();
    }
}
