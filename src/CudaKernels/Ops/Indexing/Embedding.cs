using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> table) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Looks up rows: y[k…, :] = table[indices[k…], :]. <c>IndexSelect</c> along the first dimension of a matrix.</summary>
        /// <param name="indices">int or long, of any shape. One outside the rows is refused on the managed device; a GPU gives a row of NaN.</param>
        /// <param name="destination">[indices' shape…, columns]; must not overlap an input.</param>
        /// <exception cref="ArgumentException">The table is no matrix, shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: an index is outside the rows.</exception>
        public void Embedding<TIndex>(DeviceTensor<TIndex> indices, DeviceTensor<T> destination) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            RequireTable(table, nameof(table));
            table.IndexSelect(indices, 0, destination);
        }

        /// <summary>A new tensor with the rows that the indices name; see the form with a destination.</summary>
        /// <param name="indices">int or long, of any shape.</param>
        public DeviceTensor<T> Embedding<TIndex>(DeviceTensor<TIndex> indices) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            RequireTable(table, nameof(table));
            return table.IndexSelect(indices, 0);
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes the gradient of <c>Embedding</c> to the table: each row gets the sum of dy over the indices that name it. Deterministic.</summary>
        /// <param name="indices">Those of <c>Embedding</c>.</param>
        /// <param name="destination">[rows, columns]; must not overlap an input.</param>
        /// <param name="paddingIndex">A row whose gradient is 0 whatever names it; null for none.</param>
        /// <exception cref="ArgumentException">The table is no matrix, shapes or devices do not fit, the indices are neither int nor long, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such padding index, or (on the managed device) an index is outside the rows.</exception>
        public void EmbeddingGradient<TIndex>(DeviceTensor<TIndex> indices, DeviceTensor<T> destination, long? paddingIndex = null) where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            RequireTable(destination, nameof(destination));
            outputGradient.IndexSelectGradient(indices, 0, destination, paddingIndex);
        }
    }

    private static void RequireTable<T>(DeviceTensor<T> table, string parameter) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(table, parameter);
        if (table.Rank != 2)
        {
            throw new ArgumentException($"a table of embeddings is a matrix [rows, columns], got shape {table.Layout}", parameter);
        }
    }
}
