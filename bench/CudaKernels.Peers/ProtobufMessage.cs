using System.Text;

namespace CudaKernels.Peers;

/// <summary>The bytes of a protobuf message, field by field: as much of the encoding as an ONNX model needs.</summary>
internal sealed class ProtobufMessage
{
    private const int VarintType = 0;
    private const int BytesType = 2;
    private const int FixedType = 5;
    private readonly List<byte> _bytes = [];

    public ProtobufMessage Number(int field, long value)
    {
        Varint((ulong)((field << 3) | VarintType));
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Single(int field, float value)
    {
        Varint((ulong)((field << 3) | FixedType));
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public byte[] ToArray() => [.. _bytes];

    private ProtobufMessage Bytes(int field, byte[] value)
    {
        Varint((ulong)((field << 3) | BytesType));
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
