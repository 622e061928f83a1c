using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CudaKernels;

// Text: parsed through double and rounded once; written with the fewest digits that read back as the same number.
public readonly partial struct BFloat16
{
    private const NumberStyles DefaultStyle = NumberStyles.Float | NumberStyles.AllowThousands;

    /// <summary>The shortest text that parses back to this number.</summary>
    public override string ToString() => ToString(null, null);

    /// <summary>The text in a numeric format; without a precision, the shortest that parses back to this number.</summary>
    public string ToString([StringSyntax(StringSyntaxAttribute.NumericFormat)] string? format, IFormatProvider? formatProvider = null) =>
        Printable(format).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, [StringSyntax(StringSyntaxAttribute.NumericFormat)] ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Printable(format).TryFormat(destination, out charsWritten, format, provider);

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, [StringSyntax(StringSyntaxAttribute.NumericFormat)] ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Printable(format).TryFormat(utf8Destination, out bytesWritten, format, provider);

    /// <summary>Parses a number and rounds it to nearest even.</summary>
    /// <exception cref="FormatException">The text is not a number.</exception>
    public static BFloat16 Parse(string s, IFormatProvider? provider = null) => (BFloat16)double.Parse(s, DefaultStyle, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static BFloat16 Parse(string s, NumberStyles style, IFormatProvider? provider) => (BFloat16)double.Parse(s, style, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static BFloat16 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => (BFloat16)double.Parse(s, DefaultStyle, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static BFloat16 Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => (BFloat16)double.Parse(s, style, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static BFloat16 Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) => (BFloat16)double.Parse(utf8Text, DefaultStyle, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static BFloat16 Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider) => (BFloat16)double.Parse(utf8Text, style, provider);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(s, DefaultStyle, provider, out double value), value, out result);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, NumberStyles style, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(s, style, provider, out double value), value, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(s, DefaultStyle, provider, out double value), value, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(s, style, provider, out double value), value, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(utf8Text, DefaultStyle, provider, out double value), value, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out BFloat16 result) =>
        Round(double.TryParse(utf8Text, style, provider, out double value), value, out result);

    private static bool Round(bool parsed, double value, out BFloat16 result)
    {
        result = (BFloat16)value;
        return parsed;
    }

    // A float whose own shortest text is the shortest one that rounds to this number: 0.1 instead of 0.100097656. Four
    // digits always suffice for 8 significant bits. A format with a precision wants the exact digits instead.
    private float Printable(ReadOnlySpan<char> format)
    {
        float exact = ToSingle(this);
        bool shortest = format.IsEmpty || (format.Length == 1 && format[0] is 'G' or 'g' or 'R' or 'r');
        if (!shortest || !IsFinite(this) || exact == 0) return exact;
        Span<char> text = stackalloc char[16];
        ReadOnlySpan<string> formats = ["E0", "E1", "E2", "E3"];
        foreach (string scientific in formats)
        {
            exact.TryFormat(text, out int length, scientific, CultureInfo.InvariantCulture);
            double candidate = double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
            if (((BFloat16)candidate)._bits == _bits) return (float)candidate;
        }
        return exact;
    }
}
