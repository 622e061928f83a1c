using System.Globalization;
using System.Text.Json;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>The published facts of Vectors/, as records.</summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    public static T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vocabulary", "Vectors", name)), s_options) ?? throw new InvalidDataException(name);

    /// <summary>A number written as hexadecimal digits, with or without 0x.</summary>
    public static ulong Hex(string digits) => ulong.Parse(digits.StartsWith("0x", StringComparison.Ordinal) ? digits.AsSpan(2) : digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
