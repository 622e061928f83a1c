using System.Globalization;
using System.Text;

namespace CudaKernels;

/// <summary>
/// The header of an npy file: a Python dictionary literal with exactly the keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c>,
/// as text.
/// </summary>
internal sealed record NpyHeader(ElementKind Kind, bool IsBigEndian, bool IsFortranOrder, nint[] Lengths)
{
    /// <summary>numpy's own limit since its version 2.0; it was 32 before.</summary>
    public const int MaxRank = 64;

    /// <summary>Reads the dictionary.</summary>
    /// <exception cref="FormatException">It is not such a dictionary, or describes elements that no tensor holds.</exception>
    public static NpyHeader Parse(string text)
    {
        var reader = new NpyHeaderReader(text);
        string? type = null;
        bool? isFortranOrder = null;
        nint[]? lengths = null;
        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            var key = reader.ReadString();
            reader.Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = reader.ReadString();
                    break;
                case "fortran_order" when isFortranOrder is null:
                    isFortranOrder = reader.ReadBoolean();
                    break;
                case "shape" when lengths is null:
                    lengths = reader.ReadLengths();
                    break;
                case "descr" or "fortran_order" or "shape":
                    throw new FormatException($"key '{key}' stands twice");
                default:
                    throw new FormatException($"unknown key '{key}'");
            }

            if (!reader.TryTake(','))
            {
                reader.Expect('}');
                break;
            }
        }

        reader.ExpectEnd();
        var (kind, isBigEndian) = ParseType(type ?? throw new FormatException("key 'descr' is missing"));
        return new NpyHeader(
            kind,
            isBigEndian,
            isFortranOrder ?? throw new FormatException("key 'fortran_order' is missing"),
            lengths ?? throw new FormatException("key 'shape' is missing"));
    }

    /// <summary>The dictionary as numpy writes it, for little-endian elements in row-major order.</summary>
    public static string Format(ElementKind kind, ReadOnlySpan<nint> lengths)
    {
        var text = new StringBuilder("{'descr': '").Append(TypeOf(kind)).Append("', 'fortran_order': False, 'shape': (");
        for (var i = 0; i < lengths.Length; i++)
        {
            text.Append(i == 0 ? "" : " ").Append(((long)lengths[i]).ToString(CultureInfo.InvariantCulture));

            // A tuple of one is written (3,), one of more (2, 3).
            text.Append(i == lengths.Length - 1 && i > 0 ? "" : ",");
        }

        return text.Append("), }").ToString();
    }

    private static string TypeOf(ElementKind kind) => kind switch
    {
        ElementKind.Float32 => "<f4",
        ElementKind.Float64 => "<f8",
        ElementKind.Float16 => "<f2",
        ElementKind.BFloat16 => "|V2",
        ElementKind.Int8 => "|i1",
        ElementKind.UInt8 => "|u1",
        ElementKind.Int32 => "<i4",
        ElementKind.Int64 => "<i8",
        ElementKind.Boolean => "|b1",
        ElementKind.Float8E4M3 => "|V1",
        ElementKind.Float8E5M2 => "<f1",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an element kind"),
    };

    private static (ElementKind Kind, bool IsBigEndian) ParseType(string type)
    {
        var kind = type.Length == 3 && "<>|=".Contains(type[0]) ? type[1..] switch
        {
            "f4" => ElementKind.Float32,
            "f8" => ElementKind.Float64,
            "f2" => ElementKind.Float16,
            "V2" => ElementKind.BFloat16,
            "i1" => ElementKind.Int8,
            "u1" => ElementKind.UInt8,
            "i4" => ElementKind.Int32,
            "i8" => ElementKind.Int64,
            "b1" => ElementKind.Boolean,
            "V1" => ElementKind.Float8E4M3,
            "f1" => ElementKind.Float8E5M2,
            _ => (ElementKind?)null,
        } : null;

        // "|" says that the byte order does not matter, which is untrue of numbers of several bytes; numpy refuses it there too.
        return kind is { } known && (type[0] != '|' || ElementTypes.Size(known) == 1 || known == ElementKind.BFloat16)
            ? (known, type[0] == '>' || (type[0] == '=' && !BitConverter.IsLittleEndian))
            : throw new FormatException($"elements of type '{type}' are not supported; supported are f2, f4, f8, i1, u1, i4, i8, b1, and, as ml_dtypes writes them, |V2 (bfloat16), |V1 (float8_e4m3fn) and f1 (float8_e5m2)");
    }
}
