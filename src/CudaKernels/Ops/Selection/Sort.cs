using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> x) where T : unmanaged, INumber<T>
    {
        /// <summary>
        /// Sorts along a dimension, in rising (or falling) order; equal elements keep theirs. NaN is above every number, and -0 is below +0.
        /// <c>ScatterAdd</c> by the indices is the gradient.
        /// </summary>
        /// <param name="axis">The dimension, of at most 2³¹ - 1 elements; negative counts from the end.</param>
        /// <param name="values">The sorted elements, of this tensor's shape. Must not overlap another tensor.</param>
        /// <param name="indices">Where along the axis each stood, of the same shape; null if nobody asks.</param>
        /// <param name="descending">Whether the largest come first, else the smallest.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, tensors overlap, or the dimension is too long.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void Sort(int axis, DeviceTensor<T> values, DeviceTensor<long>? indices = null, bool descending = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(values);
            SortInto(x, axis, values, indices, descending);
        }

        /// <summary>A new tensor with the elements sorted along a dimension; see the form with destinations.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="descending">Whether the largest come first, else the smallest.</param>
        public DeviceTensor<T> Sort(int axis = -1, bool descending = false)
        {
            using var values = new PendingTensor<T>(NewLike(x));
            x.Sort(axis, values.Tensor, descending: descending);
            return values.Complete();
        }

        /// <summary>New tensors with the elements sorted along a dimension and where along it they stood; see the form with destinations.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="descending">Whether the largest come first, else the smallest.</param>
        public (DeviceTensor<T> Values, DeviceTensor<long> Indices) SortWithIndices(int axis = -1, bool descending = false)
        {
            using var values = new PendingTensor<T>(NewLike(x));
            using var indices = new PendingTensor<long>(x.Device.Create<long>(TensorLayout.Dense(x.Lengths), x.Stream));
            x.Sort(axis, values.Tensor, indices.Tensor, descending);
            return (values.Complete(), indices.Complete());
        }

        /// <summary>The indices of <c>Sort</c> alone: where along a dimension the elements stand that are first, second and so on.</summary>
        /// <param name="axis">The dimension, of at most 2³¹ - 1 elements; negative counts from the end.</param>
        /// <param name="indices">The indices, of this tensor's shape; must not overlap it.</param>
        /// <param name="descending">Whether the largest come first, else the smallest.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, the tensors overlap, or the dimension is too long.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
        public void ArgSort(int axis, DeviceTensor<long> indices, bool descending = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(indices);
            SortInto(x, axis, null, indices, descending);
        }

        /// <summary>A new tensor with the indices of <c>Sort</c>; see the form with a destination.</summary>
        /// <param name="axis">The dimension; negative counts from the end.</param>
        /// <param name="descending">Whether the largest come first, else the smallest.</param>
        public DeviceTensor<long> ArgSort(int axis = -1, bool descending = false)
        {
            ArgumentNullException.ThrowIfNull(x);
            using var indices = new PendingTensor<long>(x.Device.Create<long>(TensorLayout.Dense(x.Lengths), x.Stream));
            x.ArgSort(axis, indices.Tensor, descending);
            return indices.Complete();
        }
    }

    private static void SortInto<T>(DeviceTensor<T> x, int axis, DeviceTensor<T>? values, DeviceTensor<long>? indices, bool descending) where T : unmanaged, INumber<T>
    {
        var at = TensorLayout.Axis(axis, x.Rank);
        if (x.Lengths[at] > int.MaxValue)
        {
            throw new ArgumentException($"at most {int.MaxValue} elements are sorted, dimension {at} of shape {x.Layout} has {x.Lengths[at]}", nameof(x));
        }

        RequireSorted(x, values, nameof(values));
        RequireSorted(x, indices, nameof(indices));
        if (values is not null && indices is not null)
        {
            RequireApart(indices, values, nameof(indices));
        }

        if (x.IsEmpty)
        {
            return;
        }

        using var from = AsDense(x);
        var shape = IndexShape.Of(x.Layout, at, x.Lengths[at]);
        if (x.Device is CudaDevice cuda)
        {
            SortKernels.Launch(cuda, (values?.Stream ?? indices!.Stream)!, values, indices, from.Tensor, shape, descending);
            return;
        }

        using var hold = new BlockHold(from.Tensor.Block, values?.Block ?? from.Tensor.Block, indices?.Block ?? from.Tensor.Block);
        ManagedSort.Run(from.Tensor, values, indices, shape, descending);
    }

    private static void RequireSorted<T, TResult>(DeviceTensor<T> x, DeviceTensor<TResult>? result, string parameter) where T : unmanaged where TResult : unmanaged
    {
        if (result is not null)
        {
            RequireShape(result, x.Layout, parameter);
            RequireApart(x, result, parameter);
            result.RequireDense(parameter);
        }
    }
}
