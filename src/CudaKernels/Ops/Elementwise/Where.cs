namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ElementwiseKernels s_where = new("where", ElementTypes.All);

    extension(DeviceTensor<bool> condition)
    {
        /// <summary>Computes y = condition ? a : b elementwise with broadcasting.</summary>
        /// <param name="a">Taken where the mask is true.</param>
        /// <param name="b">Taken where the mask is false.</param>
        /// <param name="destination">The result; may be <paramref name="a"/> or <paramref name="b"/>.</param>
        public void Where<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<T> destination) where T : unmanaged =>
            Elementwise.Run(s_where, Types<T>(), new WhereBody<T>(), ElementwiseOperand.Of(destination), ElementwiseOperand.Of(condition), ElementwiseOperand.Of(a), ElementwiseOperand.Of(b));

        /// <summary>A new tensor with condition ? a : b elementwise, with broadcasting.</summary>
        /// <param name="a">Taken where the mask is true.</param>
        /// <param name="b">Taken where the mask is false.</param>
        public DeviceTensor<T> Where<T>(DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged
        {
            ArgumentNullException.ThrowIfNull(condition);
            ArgumentNullException.ThrowIfNull(a);
            ArgumentNullException.ThrowIfNull(b);
            var values = TensorLayout.Dense(TensorLayout.BroadcastLengths(a.Layout, b.Layout));
            using var result = new PendingTensor<T>(a.Device.Create<T>(TensorLayout.Dense(TensorLayout.BroadcastLengths(condition.Layout, values)), a.Stream));
            condition.Where(a, b, result.Tensor);
            return result.Complete();
        }
    }

    private readonly unsafe struct WhereBody<T> : IElementwiseBody where T : unmanaged
    {
        public void Run(byte* y, byte* a, byte* b, byte* c, nint count, bool isStreamed) => VectorSelect.Run(a, (T*)b, (T*)c, (T*)y, count);
    }
}
