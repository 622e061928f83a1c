using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace CudaKernels;

/// <summary>Takes tensors and metadata from the JSON text of a safetensors header, one after another.</summary>
internal ref struct SafetensorsHeaderReader(ReadOnlySpan<byte> text)
{
    public const string MetadataKey = "__metadata__";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Utf8JsonReader _json = new(text);

    /// <summary>Where in the text the reader stands.</summary>
    public readonly long Position => _json.TokenStartIndex;

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="FormatException">It does not describe tensors, or one that no tensor of this library holds.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Read(List<SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        _json.Read();
        Require(JsonTokenType.StartObject, "the header");
        while (ReadKey() is { } name)
        {
            if (!_names.Add(name))
            {
                throw new FormatException($"the name '{name}' stands twice");
            }

            if (name == MetadataKey)
            {
                ReadMetadata(metadata);
            }
            else
            {
                entries.Add(ReadEntry(name));
            }
        }

        // Only blanks may follow; anything else the JSON reader refuses.
        _json.Read();
    }

    private SafetensorsEntry ReadEntry(string name)
    {
        string? type = null;
        nint[]? lengths = null;
        long[]? offsets = null;
        Require(JsonTokenType.StartObject, $"tensor '{name}'");
        while (ReadKey() is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Require(JsonTokenType.String, $"the dtype of tensor '{name}'");
                    type = _json.GetString()!;
                    break;
                case "shape" when lengths is null:
                    lengths = Array.ConvertAll(ReadNumbers($"the shape of tensor '{name}'"), number => (nint)number);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers($"data_offsets of tensor '{name}'");
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw new FormatException($"tensor '{name}' has '{key}' twice");
                default:
                    throw new FormatException($"tensor '{name}' has the unknown key '{key}'");
            }
        }

        return Entry(
            name,
            type ?? throw Missing(name, "dtype"),
            lengths ?? throw Missing(name, "shape"),
            offsets ?? throw Missing(name, "data_offsets"));
    }

    private static SafetensorsEntry Entry(string name, string type, nint[] lengths, long[] offsets)
    {
        var kind = KindOf(name, type);
        if (offsets.Length != 2 || offsets[0] > offsets[1])
        {
            throw new FormatException($"data_offsets of tensor '{name}' are a begin and an end that is not before it, got [{string.Join(", ", offsets)}]");
        }

        if (!ArrayBytes.TryCount(lengths, ElementTypes.Size(kind), out var bytes))
        {
            throw new FormatException($"the shape {TensorLayout.Format(lengths)} of tensor '{name}', {type}, overflows 64 bits");
        }

        return bytes == offsets[1] - offsets[0]
            ? new SafetensorsEntry(name, kind, lengths, offsets[0], bytes)
            : throw new FormatException($"tensor '{name}', {type} {TensorLayout.Format(lengths)}, takes {bytes} bytes, its data_offsets [{offsets[0]}, {offsets[1]}] hold {offsets[1] - offsets[0]}");
    }

    private static ElementKind KindOf(string name, string type)
    {
        try
        {
            return SafetensorsTypes.KindOf(type);
        }
        catch (FormatException e)
        {
            throw new FormatException($"tensor '{name}': {e.Message}", e);
        }
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        Require(JsonTokenType.StartObject, MetadataKey);
        while (ReadKey() is { } key)
        {
            Require(JsonTokenType.String, $"'{key}' of {MetadataKey}");
            if (!metadata.TryAdd(key, _json.GetString()!))
            {
                throw new FormatException($"{MetadataKey} has '{key}' twice");
            }
        }
    }

    private long[] ReadNumbers(string what)
    {
        var numbers = new List<long>();
        Require(JsonTokenType.StartArray, what);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            Require(JsonTokenType.Number, what);
            numbers.Add(_json.TryGetInt64(out var number) && number >= 0
                ? number
                : throw new FormatException($"{what}: whole numbers from 0 to {long.MaxValue} expected, item {numbers.Count} is none"));
        }

        return [.. numbers];
    }

    // The next key of an object, whose value then is the current token; null at the object's end.
    private string? ReadKey()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        var key = _json.GetString()!;
        _json.Read();
        return key;
    }

    private readonly void Require(JsonTokenType wanted, string what)
    {
        if (_json.TokenType != wanted)
        {
            ThrowUnexpected(what, wanted, _json.TokenType);
        }
    }

    private static FormatException Missing(string name, string key) => new($"tensor '{name}' has no '{key}'");

    [DoesNotReturn]
    private static void ThrowUnexpected(string what, JsonTokenType wanted, JsonTokenType got) => throw new FormatException($"{what}: {wanted} expected, {got} found");
}
