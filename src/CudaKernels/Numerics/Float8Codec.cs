using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The codes of 8-bit floating-point formats: a sign, 7 - f exponent bits with the bias 2^(6-f) - 1, and f fraction bits, of which
/// the codes up to a largest one are finite. One implementation serves every f; calls with constants fold.
/// </summary>
internal static partial class Float8Codec
{
    public const byte SignMask = 0x80;
    public const byte NaNBits = 0x7F;

    private const int SingleFractionBits = 23;
    private const int SingleBias = 127;
    private const uint SingleInfinity = 0x7F800000;

    /// <summary>The code nearest to a float, ties to even; what lies past the largest finite code becomes another one, with its sign. NaN has one code.</summary>
    /// <param name="value">Any float.</param>
    /// <param name="fractionBits">f.</param>
    /// <param name="largest">The largest finite code.</param>
    /// <param name="beyond">The code of what is larger: <paramref name="largest"/> itself to saturate.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Round(float value, int fractionBits, byte largest, byte beyond)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var magnitude = bits & ~0x80000000u;
        if (magnitude > SingleInfinity)
        {
            return NaNBits;
        }

        var bias = Bias(fractionBits);
        uint code;
        if (magnitude < (uint)(SingleBias + 1 - bias) << SingleFractionBits)
        {
            // Below the normal numbers: the last bit of the anchor is worth one step of the subnormal ones, so that the addition rounds.
            var anchor = (uint)(SingleBias + SingleFractionBits + 1 - bias - fractionBits) << SingleFractionBits;
            code = BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(magnitude) + BitConverter.UInt32BitsToSingle(anchor)) - anchor;
        }
        else
        {
            // Nearest even by integer addition; the carry runs into the exponent.
            var shift = SingleFractionBits - fractionBits;
            var rebased = magnitude - ((uint)(SingleBias - bias) << SingleFractionBits);
            code = (rebased + (1u << (shift - 1)) - 1 + ((magnitude >> shift) & 1)) >> shift;
        }

        code = code > largest ? beyond : code;
        return code == NaNBits ? NaNBits : (byte)(((bits >> 24) & SignMask) | code);
    }

    /// <summary>The values of the 256 codes.</summary>
    public static float[] Values(int fractionBits, byte largest)
    {
        var values = new float[256];
        for (var code = 0; code < NaNBits + 1; code++)
        {
            var magnitude = code <= largest ? Magnitude(code, fractionBits) : code == largest + 1 && code != NaNBits ? float.PositiveInfinity : float.NaN;
            (values[code], values[code | SignMask]) = (magnitude, -magnitude);
        }

        return values;
    }

    private static int Bias(int fractionBits) => (1 << (6 - fractionBits)) - 1;

    private static float Magnitude(int code, int fractionBits)
    {
        var (exponent, fraction) = (code >> fractionBits, code & ((1 << fractionBits) - 1));
        var significand = exponent == 0 ? fraction : fraction | (1 << fractionBits);
        return MathF.ScaleB(significand, Math.Max(exponent, 1) - Bias(fractionBits) - fractionBits);
    }
}
