using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A tensor that a file is to hold, and how its elements are got.</summary>
internal abstract class SafetensorsSource(string name, ElementKind kind, nint[] lengths, long byteCount)
{
    public string Name => name;

    public ElementKind Kind => kind;

    public long ByteCount => byteCount;

    public SafetensorsEntry EntryAt(long byteOffset) => new(name, kind, lengths, byteOffset, byteCount);

    public abstract void WriteTo(Stream stream);

    /// <summary>Elements on the host.</summary>
    public sealed class OfArray<T>(string name, T[] data, nint[] lengths) : SafetensorsSource(name, ElementType<T>.Kind, lengths, (long)data.Length * ElementType<T>.Size)
        where T : unmanaged
    {
        public override void WriteTo(Stream stream) => ByteOrder.WriteLittleEndian<T>(stream, data);
    }

    /// <summary>Elements on a device, read when they are written to the file, in pieces.</summary>
    public sealed class OfTensor<T>(string name, DeviceTensor<T> tensor)
        : SafetensorsSource(name, ElementType<T>.Kind, tensor.Lengths.ToArray(), (long)tensor.FlattenedLength * ElementType<T>.Size)
        where T : unmanaged
    {
        private const int ChunkBytes = 1 << 22;

        public override void WriteTo(Stream stream)
        {
            using var dense = TensorOperations.AsDense(tensor);
            using var hold = new BlockHold(dense.Tensor.Block);
            long count = tensor.FlattenedLength;
            var chunk = new T[Math.Min(ChunkBytes / ElementType<T>.Size, count)];
            for (var first = 0L; first < count; first += chunk.Length)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, count - first));
                var offset = dense.Tensor.ByteOffset + ((nuint)first * (nuint)ElementType<T>.Size);
                tensor.Device.CopyToHost(dense.Tensor.Block, offset, MemoryMarshal.AsBytes(part), dense.Tensor.Stream);
                ByteOrder.WriteLittleEndian<T>(stream, part);
            }
        }
    }
}
