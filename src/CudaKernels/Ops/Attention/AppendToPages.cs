using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_appendToPages = new KernelFile("attention/append_to_pages.cu").Template("append_to_pages<{0}>", ElementBits.Kinds);

    extension<T>(DeviceTensor<T> keys) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Writes new keys (this tensor) and values into the pages of a cache, as the last ones of their sequences: row i of the rows becomes position
        /// lengths[b] - rows + i, which lies in page pageTable[b, position / page_length], bit for bit. <c>PagedAttention</c> with the same table and
        /// lengths sees them.
        /// </summary>
        /// <remarks>
        /// Positions below 0 are left out: a length of 0 writes nothing of its sequence. On the managed device a length that the table has no room for
        /// and a page that does not exist are refused before anything is written; on a GPU what would go there is left out. A page that two sequences
        /// append to at the same place gets the rows of one of them, or a mixture.
        /// </remarks>
        /// <param name="values">[batch, key-value heads, rows, value_dim] for keys of shape [batch, key-value heads, rows, head_dim].</param>
        /// <param name="keyPages">[pages, key-value heads, page_length, head_dim], dense; must not overlap another tensor.</param>
        /// <param name="valuePages">[pages, key-value heads, page_length, value_dim], dense; must not overlap another tensor.</param>
        /// <param name="pageTable">[batch, most pages of a sequence].</param>
        /// <param name="lengths">[batch]: the positions of each sequence, with the new ones.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a cache is not dense, or the pages overlap another tensor.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: a length or a page is out of range.</exception>
        public void AppendToPages(DeviceTensor<T> values, DeviceTensor<T> keyPages, DeviceTensor<T> valuePages, DeviceTensor<int> pageTable, DeviceTensor<int> lengths)
        {
            ArgumentNullException.ThrowIfNull(keys);
            ArgumentNullException.ThrowIfNull(values);
            if (keys.Rank != 4)
            {
                throw new ArgumentException($"new keys are [batch, key-value heads, rows, head_dim], four dimensions, got shape {keys.Layout}", nameof(keys));
            }

            var cache = PagedCacheShape.Of(keyPages, valuePages, pageTable, lengths, keys.Lengths[0]);
            RequireShape(keys, [keys.Lengths[0], (nint)cache.Heads, keys.Lengths[2], keyPages.Lengths[3]], nameof(keys));
            RequireShape(values, [keys.Lengths[0], (nint)cache.Heads, keys.Lengths[2], valuePages.Lengths[3]], nameof(values));
            RequireApart(keys, keyPages, nameof(keyPages));
            RequireApart(values, keyPages, nameof(keyPages));
            RequireApart(pageTable, keyPages, nameof(keyPages));
            RequireApart(lengths, keyPages, nameof(keyPages));
            RequireApart(keys, valuePages, nameof(valuePages));
            RequireApart(values, valuePages, nameof(valuePages));
            RequireApart(pageTable, valuePages, nameof(valuePages));
            RequireApart(lengths, valuePages, nameof(valuePages));
            RequireApart(keyPages, valuePages, nameof(valuePages));
            using var newKeys = AsDense(keys);
            using var newValues = AsDense(values);
            using var table = AsDense(pageTable);
            using var ends = AsDense(lengths);
            if (keyPages.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(newKeys.Tensor.Block, newValues.Tensor.Block, table.Tensor.Block, ends.Tensor.Block);
                using var written = new BlockHold(keyPages.Block, valuePages.Block);
                ManagedPagedAttention.Append(cpu, cache, newKeys.Tensor, newValues.Tensor, keyPages, valuePages, table.Tensor, ends.Tensor);
                return;
            }

            // Without a page there is nothing to write to, whatever the table says.
            if (keys.IsEmpty || keyPages.IsEmpty || pageTable.IsEmpty)
            {
                return;
            }

            var unit = Math.Min(ElementBits.Widest(keys.Lengths[3], newKeys.Tensor, keyPages), ElementBits.Widest(values.Lengths[3], newValues.Tensor, valuePages));
            var (keyWidth, valueWidth) = ((long)keys.Lengths[3] * ElementType<T>.Size / unit, (long)values.Lengths[3] * ElementType<T>.Size / unit);
            var elements = keys.FlattenedLength / keys.Lengths[3] * (keyWidth + valueWidth);
            keyPages.Stream!.Launch(
                ((CudaDevice)keyPages.Device).GetKernel(s_appendToPages, new KernelTypes(ElementBits.Kind(unit))),
                LaunchConfig.Cover(elements),
                keyPages.Output,
                valuePages.Output,
                newKeys.Tensor.Input,
                newValues.Tensor.Input,
                table.Tensor.Input,
                ends.Tensor.Input,
                elements,
                (long)keys.Lengths[2],
                keyWidth,
                valueWidth,
                KernelArgument.Struct(&cache));
        }
    }
}
