using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CudaKernels;

/// <summary>The header of a safetensors file: what tensors lie where in the bytes that follow it, and texts about the file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The length of the header stands before it, in 64 bits.</summary>
    public const int PrefixBytes = 8;

    /// <summary>The limit of the reference implementation.</summary>
    public const int MaxBytes = 100_000_000;

    private SafetensorsHeader(SafetensorsEntry[] entries, Dictionary<string, string> metadata, long dataStart) =>
        (Entries, Metadata, DataStart) = (entries, metadata, dataStart);

    /// <summary>The tensors in the order of their data.</summary>
    public SafetensorsEntry[] Entries { get; }

    /// <summary>The texts.</summary>
    public Dictionary<string, string> Metadata { get; }

    /// <summary>Where in the file the data begin.</summary>
    public long DataStart { get; }

    /// <summary>Reads the header of a file and checks it against the file's length.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SafetensorsHeader Read(SafetensorsBytes file)
    {
        if (file.Length < PrefixBytes)
        {
            throw file.Invalid(0, $"the length of the header takes {PrefixBytes} bytes, the file has {file.Length}");
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        file.Read(0, prefix);
        var count = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (count > MaxBytes || count > (ulong)(file.Length - PrefixBytes))
        {
            throw file.Invalid(0, $"a header of {count} bytes, {(count > MaxBytes ? $"{MaxBytes} are the limit" : $"the file has {file.Length - PrefixBytes} after its length")}");
        }

        var text = new byte[count];
        file.Read(PrefixBytes, text);
        var (entries, metadata) = Parse(file, text);
        Array.Sort(entries, (a, b) => (a.ByteOffset, a.ByteCount).CompareTo((b.ByteOffset, b.ByteCount)));
        var header = new SafetensorsHeader(entries, metadata, PrefixBytes + text.Length);
        header.RequireLayout(file);
        return header;
    }

    /// <summary>The prefix and the header of tensors that lie one after another, padded with blanks so that the data begin at a multiple of 8.</summary>
    /// <exception cref="InvalidOperationException">It would be longer than readers allow.</exception>
    public static byte[] Format(IEnumerable<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var text = new ArrayBufferWriter<byte>();

        // Only what JSON wants escaped is escaped, as in the reference implementation.
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            foreach (var entry in entries)
            {
                WriteEntry(json, entry);
            }

            json.WriteEndObject();
        }

        var padded = (text.WrittenCount + 7) / 8 * 8;
        if (padded > MaxBytes)
        {
            throw new InvalidOperationException($"the header takes {padded} bytes, {MaxBytes} are the limit of the format's readers");
        }

        var bytes = new byte[PrefixBytes + padded];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        text.WrittenSpan.CopyTo(bytes.AsSpan(PrefixBytes));
        bytes.AsSpan(PrefixBytes + text.WrittenCount).Fill((byte)' ');
        return bytes;
    }

    private static (SafetensorsEntry[] Entries, Dictionary<string, string> Metadata) Parse(SafetensorsBytes file, byte[] text)
    {
        if (text is not [(byte)'{', ..])
        {
            throw file.Invalid(PrefixBytes, $"the header begins with '{{', here {(text.Length == 0 ? "it is empty" : $"stands 0x{text[0]:x2}")}");
        }

        if (!Utf8.IsValid(text))
        {
            throw file.Invalid(PrefixBytes, "the header is no UTF-8");
        }

        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new SafetensorsHeaderReader(text);
        try
        {
            reader.Read(entries, metadata);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with half of a surrogate pair in an escape.
            throw file.Invalid(PrefixBytes + reader.Position, e.Message, e);
        }

        return ([.. entries], metadata);
    }

    // The format allows neither overlaps nor holes: sorted, each tensor begins where the one before ends, the first at 0, and the last ends with the file.
    private void RequireLayout(SafetensorsBytes file)
    {
        var available = file.Length - DataStart;
        var end = 0L;
        var before = "the header";
        foreach (var entry in Entries)
        {
            if (entry.ByteOffset < end)
            {
                throw file.Invalid(DataStart + entry.ByteOffset, $"tensor '{entry.Name}' begins at byte {entry.ByteOffset} of the data, before the end of {before} at {end}");
            }

            if (entry.ByteOffset > end)
            {
                throw file.Invalid(DataStart + end, $"bytes {end} to {entry.ByteOffset} of the data, between {before} and tensor '{entry.Name}', belong to no tensor");
            }

            end = entry.ByteOffset + entry.ByteCount;
            if (end > available)
            {
                throw file.Invalid(file.Length, $"tensor '{entry.Name}' ends at byte {end} of the data, the file has {available}");
            }

            before = $"tensor '{entry.Name}'";
        }

        if (end < available)
        {
            throw file.Invalid(DataStart + end, $"the data should end here, after {before}; {available - end} more bytes follow");
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeaderReader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsTypes.NameOf(entry.Kind));
        json.WriteStartArray("shape");
        foreach (var length in entry.Lengths)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.ByteOffset);
        json.WriteNumberValue(entry.ByteOffset + entry.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
