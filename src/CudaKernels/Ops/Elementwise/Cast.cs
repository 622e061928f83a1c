using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_cast = new(
        new KernelFile("elementwise/cast.cu"),
        "cast",
        "<{0}, {1}>",
        from to in ElementTypes.All from source in ElementTypes.All where to != source select new KernelTypes(to, source));

    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>
        /// Converts every element. Floats are rounded to nearest even, and go to integers by truncation, saturating, NaN to 0; integers keep
        /// their low bits; anything but 0 is true; true is 1. A double goes to a 16-bit float through float (two roundings).
        /// </summary>
        /// <param name="destination">The result, of the same shape.</param>
        public void Cast<TTo>(DeviceTensor<TTo> destination) where TTo : unmanaged
        {
            ArgumentNullException.ThrowIfNull(x);
            RequireShape(destination, x.Layout);
            if (destination is DeviceTensor<T> same)
            {
                x.CopyTo(same);
                return;
            }

            ElementwiseOperand.Of(destination);
            Elementwise.Run(s_cast, new KernelTypes(ElementType<TTo>.Kind, ElementType<T>.Kind), new CastBody<T, TTo>(), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x));
        }

        /// <summary>A new tensor with every element converted; see <see cref="Cast{T,TTo}(DeviceTensor{T}, DeviceTensor{TTo})"/>.</summary>
        public DeviceTensor<TTo> Cast<TTo>() where TTo : unmanaged
        {
            ArgumentNullException.ThrowIfNull(x);
            using var result = new PendingTensor<TTo>(x.Device.Create<TTo>(TensorLayout.Dense(x.Lengths), x.Stream));
            x.Cast(result.Tensor);
            return result.Complete();
        }
    }

    private readonly unsafe struct CastBody<TFrom, TTo> : IElementwiseBody where TFrom : unmanaged where TTo : unmanaged
    {
        public void Run(byte* y, byte* a, byte* b, byte* c, nint count)
        {
            var to = (TTo*)y;
            var from = (TFrom*)a;
            for (nint i = 0; i < count; i++)
            {
                to[i] = ScalarCast<TFrom, TTo>.Convert(from[i]);
            }
        }
    }
}
