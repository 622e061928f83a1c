namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged
    {
        /// <summary>
        /// Copies the elements with the dimensions in another order: dimension i of the destination is dimension <c>order[i]</c> of this tensor.
        /// <c>PermuteDimensions</c> gives the same elements as a view, without a copy.
        /// </summary>
        /// <param name="order">A permutation of 0 … rank-1; empty reverses all dimensions.</param>
        /// <param name="destination">The result, of the permuted shape.</param>
        /// <exception cref="ArgumentException">The order is not a permutation, the shape of the destination does not fit, devices differ, or the tensors overlap.</exception>
        public void Permute(ReadOnlySpan<int> order, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            CopyAs(x, x.Layout.Permute(order), destination);
        }

        /// <summary>A new dense tensor with the dimensions in another order: its dimension i is dimension <c>order[i]</c> of this tensor.</summary>
        /// <param name="order">A permutation of 0 … rank-1; empty reverses all dimensions.</param>
        /// <exception cref="ArgumentException">The order is not a permutation.</exception>
        public DeviceTensor<T> Permute(params ReadOnlySpan<int> order)
        {
            ArgumentNullException.ThrowIfNull(x);
            using var view = x.PermuteDimensions(order);
            return view.Clone();
        }

        /// <summary>Copies the elements with the last two dimensions exchanged: y[…, r, c] = x[…, c, r]. <c>TransposeView</c> gives the same as a view.</summary>
        /// <param name="destination">The result, of this tensor's shape with the last two lengths exchanged.</param>
        /// <exception cref="InvalidOperationException">The rank is below 2.</exception>
        /// <exception cref="ArgumentException">The shape of the destination does not fit, devices differ, or the tensors overlap.</exception>
        public void Transpose(DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(x);
            CopyAs(x, x.TransposedLayout(), destination);
        }

        /// <summary>A new dense tensor with the last two dimensions exchanged: y[…, r, c] = x[…, c, r].</summary>
        /// <exception cref="InvalidOperationException">The rank is below 2.</exception>
        public DeviceTensor<T> Transpose()
        {
            ArgumentNullException.ThrowIfNull(x);
            using var view = x.TransposeView();
            return view.Clone();
        }
    }

    private static void CopyAs<T>(DeviceTensor<T> x, TensorLayout layout, DeviceTensor<T> destination) where T : unmanaged
    {
        RequireShape(destination, layout);
        RequireApart(x, destination, nameof(destination));
        Copy(ElementwiseOperand.Of(x).With(layout), destination);
    }
}
