using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_rmsNorm = new KernelFile("normalization/rms_norm.cu").Template("rms_norm<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x / √(mean of x² + ε)·gamma along the last dimension (Zhang and Sennrich 2019).</summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="epsilon">Added to the mean of squares.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void RmsNorm(DeviceTensor<T>? gamma, DeviceTensor<T> destination, double epsilon = 1e-5)
        {
            var rows = MatrixRows.Of(x);
            RequireRowParameter(gamma, rows, destination, nameof(gamma));
            RowOperation.Run(x, -1, destination, new RmsNormRows<T>(gamma, epsilon));
        }

        /// <summary>A new tensor with the RMS norm along the last dimension.</summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="epsilon">Added to the mean of squares.</param>
        public DeviceTensor<T> RmsNorm(DeviceTensor<T>? gamma = null, double epsilon = 1e-5)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.RmsNorm(gamma, result.Tensor, epsilon);
            return result.Complete();
        }
    }

    private readonly struct RmsNormRows<T>(DeviceTensor<T>? gamma, double epsilon) : IRowOperation<T> where T : unmanaged, INumber<T>
    {
        public void Run(DeviceTensor<T> x, DeviceTensor<T> y)
        {
            if (y.Device is CudaDevice cuda)
            {
                var rows = MatrixRows.Of(x);
                y.Stream!.Launch(
                    cuda.GetKernel(s_rmsNorm, Types<T>()),
                    RowLaunch.Of(rows.Count, rows.Columns),
                    y.Output,
                    x.Input,
                    (gamma ?? x).Input,
                    (long)rows.Columns,
                    Attribute<T>(epsilon),
                    gamma is not null);
                return;
            }

            using var hold = new BlockHold(x.Block, y.Block, gamma?.Block);
            ManagedRows.Map(x, y, new RmsNormRow<T>(gamma, epsilon));
        }
    }

    private readonly unsafe struct RmsNormRow<T>(DeviceTensor<T>? gamma, double epsilon) : IRowFunction where T : unmanaged, INumber<T>
    {
        private readonly T* _gamma = gamma is null ? null : ManagedSpan.Pointer(gamma);

        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            var scale = 1 / Math.Sqrt((SpanReduction.SumOfSquares(x) / x.Length) + epsilon);
            VectorLoop.Apply(new RowFunctions.Scaled<TCompute>(TCompute.CreateTruncating(scale)), x, y);
            if (_gamma is not null)
            {
                RowFunctions.Affine(y, _gamma, null);
            }
        }
    }
}
