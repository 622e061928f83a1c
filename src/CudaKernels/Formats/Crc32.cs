namespace CudaKernels;

/// <summary>The checksum of gzip files and of the chunks of PNG files: CRC-32 with the reflected polynomial 0xEDB88320 (RFC 1952, section 8).</summary>
internal struct Crc32
{
    private static readonly uint[] _table = CreateTable();

    private uint _value;

    /// <summary>The checksum of all bytes so far.</summary>
    public readonly uint Value => _value;

    /// <summary>Takes more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = ~_value;
        foreach (var value in bytes)
        {
            register = _table[(byte)(register ^ value)] ^ (register >> 8);
        }

        _value = ~register;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var remainder = i;
            for (var bit = 0; bit < 8; bit++)
            {
                remainder = (remainder >> 1) ^ ((remainder & 1) * 0xEDB88320);
            }

            table[i] = remainder;
        }

        return table;
    }
}
