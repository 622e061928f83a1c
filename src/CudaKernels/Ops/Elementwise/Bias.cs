using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_bias = new KernelFile("elementwise/bias.cu").Template("bias<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y[…, c] = x[…, c] + bias[c].</summary>
        /// <param name="bias">[columns], as many as the last dimension.</param>
        /// <param name="destination">The result, of the same shape; may be this tensor.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or a tensor is not dense.</exception>
        public void AddBias(DeviceTensor<T> bias, DeviceTensor<T> destination)
        {
            var rows = MatrixRows.Of(x);
            RequireShape(destination, x.Layout);
            RequireShape(bias, [rows.Columns], nameof(bias));
            RequireApart(bias, destination, nameof(bias));
            if (destination.IsEmpty)
            {
                return;
            }

            if (destination.Device is not CudaDevice cuda || !x.IsDense || !destination.IsDense || !bias.IsDense)
            {
                x.Add(bias, destination);
                return;
            }

            ElementwiseOperand.Of(x).RefusePartialOverlap(ElementwiseOperand.Of(destination));
            var perThread = 16 / ElementType<T>.Size;
            destination.Stream!.Launch(
                cuda.GetKernel(s_bias, Types<T>()),
                LaunchConfig.Cover((x.FlattenedLength + perThread - 1) / perThread),
                destination.Output,
                x.Input,
                bias.Input,
                (long)x.FlattenedLength,
                (long)rows.Columns);
        }

        /// <summary>A new tensor with x[…, c] + bias[c].</summary>
        /// <param name="bias">[columns], as many as the last dimension.</param>
        public DeviceTensor<T> AddBias(DeviceTensor<T> bias)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.AddBias(bias, result.Tensor);
            return result.Complete();
        }
    }
}
