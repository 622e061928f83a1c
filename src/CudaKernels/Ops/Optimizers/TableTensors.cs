using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Collects the tensors that a table points to, and checks that they may be worked on in one launch.</summary>
internal sealed class TableTensors(ComputeDevice device)
{
    private readonly List<(MemoryBlock Block, bool Writes)> _blocks = [];
    private readonly List<(nuint Start, nuint End, bool Writes, string Name)> _ranges = [];

    /// <summary>Adds a tensor.</summary>
    /// <returns>The address of its first element; 0 for none.</returns>
    /// <exception cref="ArgumentException">It is not dense or lives on another device.</exception>
    public nuint Add<T>(DeviceTensor<T>? tensor, bool writes, string name) where T : unmanaged
    {
        if (tensor is null)
        {
            return 0;
        }

        if (tensor.Device != device)
        {
            throw new ArgumentException(ComputeDevice.DescribeDifference(name, tensor.Device, "the first tensor of the table", device));
        }

        tensor.RequireDense();
        var start = tensor.Block.Address + tensor.ByteOffset;
        _blocks.Add((tensor.Block, writes));
        if (!tensor.IsEmpty)
        {
            _ranges.Add((start, start + ((nuint)tensor.FlattenedLength * (nuint)ElementType<T>.Size), writes, name));
        }

        return start;
    }

    /// <summary>Refuses a tensor that is written and shares memory with another one.</summary>
    /// <exception cref="ArgumentException">Two overlap.</exception>
    public void RequireApart()
    {
        _ranges.Sort((a, b) => a.Start.CompareTo(b.Start));

        // Of those that begin before, what ends last: all, and the written ones alone.
        (nuint End, string Name) any = (0, ""), written = (0, "");
        foreach (var (start, end, writes, name) in _ranges)
        {
            var (reach, other) = writes ? any : written;
            if (start < reach)
            {
                throw new ArgumentException($"{name} and {other} overlap: one launch works on all tensors of a table at the same time");
            }

            any = end > any.End ? (end, name) : any;
            written = writes && end > written.End ? (end, name) : written;
        }
    }

    /// <summary>Puts the entries of a table on the device.</summary>
    public DeviceTensor<long> Upload<TChunk>(List<TChunk> chunks, CudaStream? stream) where TChunk : unmanaged
    {
        var words = MemoryMarshal.Cast<TChunk, long>(CollectionsMarshal.AsSpan(chunks));
        return device.CreateTensor(words, [words.Length], stream);
    }

    /// <summary>Binds the table to the tensors.</summary>
    /// <param name="table">The entries.</param>
    /// <param name="readsOnly">Whether the kernels that take this block write none of the tensors, whatever was said when they were added.</param>
    public TableBlock Bind(DeviceTensor<long> table, bool readsOnly = false) =>
        TableBlock.Create(table.Block, [.. _blocks.Select(tensor => (tensor.Block, tensor.Writes && !readsOnly))]);
}
