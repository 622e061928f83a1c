using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static unsafe partial class Float8Codec
{
    /// <summary>Floats that become codes at a time.</summary>
    private const int Step = 64;

    /// <summary>The codes of floats over a divisor, as the scalar form gives them: of quotients that are rounded to float first.</summary>
    /// <param name="x">Any floats.</param>
    /// <param name="divisor">1 for the floats themselves.</param>
    /// <param name="codes">The results.</param>
    /// <param name="count">How many.</param>
    /// <param name="fractionBits">f.</param>
    /// <param name="largest">The largest finite code.</param>
    /// <param name="beyond">The code of what is larger.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Round(float* x, float divisor, byte* codes, nint count, int fractionBits, byte largest, byte beyond)
    {
        var divisors = Vector512.Create(divisor);
        nint i = 0;
        for (; i <= count - Step; i += Step)
        {
            var low = Vector512.Narrow(
                Round(Vector512.Load(x + i) / divisors, fractionBits, largest, beyond),
                Round(Vector512.Load(x + i + 16) / divisors, fractionBits, largest, beyond));
            var high = Vector512.Narrow(
                Round(Vector512.Load(x + i + 32) / divisors, fractionBits, largest, beyond),
                Round(Vector512.Load(x + i + 48) / divisors, fractionBits, largest, beyond));
            Vector512.Narrow(low, high).Store(codes + i);
        }

        for (; i < count; i++)
        {
            codes[i] = Round(x[i] / divisor, fractionBits, largest, beyond);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> value, int fractionBits, byte largest, byte beyond)
    {
        var bits = value.AsUInt32();
        var magnitude = bits & Vector512.Create(~0x80000000u);
        var bias = Bias(fractionBits);
        var shift = SingleFractionBits - fractionBits;
        var anchor = Vector512.Create((uint)(SingleBias + SingleFractionBits + 1 - bias - fractionBits) << SingleFractionBits);
        var small = (magnitude.AsSingle() + anchor.AsSingle()).AsUInt32() - anchor;
        var rebased = magnitude - Vector512.Create((uint)(SingleBias - bias) << SingleFractionBits);
        var normal = (rebased + Vector512.Create((1u << (shift - 1)) - 1) + ((magnitude >>> shift) & Vector512<uint>.One)) >>> shift;
        var code = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create((uint)(SingleBias + 1 - bias) << SingleFractionBits)), small, normal);
        code = Vector512.ConditionalSelect(Vector512.GreaterThan(code, Vector512.Create((uint)largest)), Vector512.Create((uint)beyond), code);
        var signed = code | ((bits >>> 24) & Vector512.Create((uint)SignMask));
        var isNaN = Vector512.GreaterThan(magnitude, Vector512.Create(SingleInfinity)) | Vector512.Equals(code, Vector512.Create((uint)NaNBits));
        return Vector512.ConditionalSelect(isNaN, Vector512.Create((uint)NaNBits), signed);
    }
}
