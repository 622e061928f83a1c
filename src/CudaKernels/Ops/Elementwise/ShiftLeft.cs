using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BinaryKernels s_shiftLeft = new("shift_left", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IBinaryInteger<T>
    {
        /// <summary>Computes y = x &lt;&lt; c, x·2ᶜ: the bits of x moved up by c places, elementwise with broadcasting.</summary>
        /// <remarks>A count below 0, or of as many places as an element has bits or more, moves all bits out, on every device: 0.</remarks>
        /// <param name="counts">The counts c; their shape and this tensor's must broadcast to the destination's.</param>
        /// <param name="destination">The result; may be this tensor or <paramref name="counts"/>.</param>
        /// <exception cref="ArgumentException">Shapes cannot be broadcast, devices differ, or the tensors partly overlap.</exception>
        public void ShiftLeft(DeviceTensor<T> counts, DeviceTensor<T> destination) => Binary(s_shiftLeft, x, counts, destination, new ShiftLeftFunction<T>());

        /// <summary>A new tensor with x &lt;&lt; c elementwise, with broadcasting; see the form with a destination.</summary>
        /// <param name="counts">The counts c.</param>
        public DeviceTensor<T> ShiftLeft(DeviceTensor<T> counts) => Binary(s_shiftLeft, x, counts, new ShiftLeftFunction<T>());

        /// <summary>Computes y = x &lt;&lt; c elementwise for one count c; see the form with a tensor of counts.</summary>
        /// <param name="count">The count c.</param>
        /// <param name="destination">The result, of this tensor's shape; may be this tensor.</param>
        public void ShiftLeft(int count, DeviceTensor<T> destination) => Binary(s_shiftLeft, x, ShiftCount<T>.Of(count), scalarIsLeft: false, destination, new ShiftLeftFunction<T>());

        /// <summary>A new tensor with x &lt;&lt; c elementwise for one count c; see the form with a tensor of counts.</summary>
        /// <param name="count">The count c.</param>
        public DeviceTensor<T> ShiftLeft(int count) => Binary(s_shiftLeft, x, ShiftCount<T>.Of(count), scalarIsLeft: false, new ShiftLeftFunction<T>());

        /// <summary>A new tensor with left &lt;&lt; right elementwise, with broadcasting.</summary>
        public static DeviceTensor<T> operator <<(DeviceTensor<T> left, DeviceTensor<T> right) => left.ShiftLeft(right);

        /// <summary>A new tensor with left &lt;&lt; right elementwise.</summary>
        public static DeviceTensor<T> operator <<(DeviceTensor<T> left, int right) => left.ShiftLeft(right);

        /// <summary>Shifts this tensor by <paramref name="right"/> in place.</summary>
        public void operator <<=(DeviceTensor<T> right) => x.ShiftLeft(right, x);

        /// <summary>Shifts every element by <paramref name="right"/> in place.</summary>
        public void operator <<=(int right) => x.ShiftLeft(right, x);
    }

    private readonly struct ShiftLeftFunction<T> : IBinaryFunction<T> where T : unmanaged, IBinaryInteger<T>
    {
        public T Invoke(T x, T count) => ShiftCount<T>.IsWithin(count) ? x << int.CreateTruncating(count) : T.Zero;

        public Vector512<float> Invoke(Vector512<float> x, Vector512<float> count) => throw new UnreachableException();
    }
}
