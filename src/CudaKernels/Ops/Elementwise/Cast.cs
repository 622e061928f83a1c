using System.Runtime.CompilerServices;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_cast = new(
        new KernelFile("elementwise/cast.cu"),
        "cast",
        "<{0}, {1}>",
        from to in ElementTypes.All from source in ElementTypes.All where to != source select new KernelTypes(to, source));

    internal static void Cast<T, TTo>(DeviceTensor<T> x, DeviceTensor<TTo> destination) where T : unmanaged where TTo : unmanaged
    {
        RequireShape(destination, x.Layout);
        if (destination is DeviceTensor<T> same)
        {
            x.CopyTo(same);
            return;
        }

        Elementwise.Run(s_cast, new KernelTypes(ElementType<TTo>.Kind, ElementType<T>.Kind), new CastBody<T, TTo>(), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(x));
    }

    private readonly unsafe struct CastBody<TFrom, TTo> : IElementwiseBody where TFrom : unmanaged where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed)
        {
            var to = (TTo*)y;
            var from = (TFrom*)a;
            if (VectorCast<TFrom, TTo>.IsSupported)
            {
                VectorCast<TFrom, TTo>.Run(from, to, count);
                return;
            }

            for (nint i = 0; i < count; i++)
            {
                to[i] = ScalarCast<TFrom, TTo>.Convert(from[i]);
            }
        }
    }
}
