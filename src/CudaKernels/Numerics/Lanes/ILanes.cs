namespace CudaKernels;

/// <summary>
/// Floats side by side, as many as one instruction takes: the functions of <see cref="VectorMath"/> are written once over them and compiled
/// for each width. Masks are lanes of all ones or all zeros.
/// </summary>
internal interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    static abstract implicit operator TSelf(float value);
    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Abs(TSelf x);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>The larger of both by the processor's instruction: x86 gives <paramref name="b"/> where one is NaN, Arm gives NaN.</summary>
    static abstract TSelf MaxNative(TSelf a, TSelf b);

    /// <summary>The smaller of both, as <see cref="MaxNative"/>.</summary>
    static abstract TSelf MinNative(TSelf a, TSelf b);

    static abstract TSelf LessThan(TSelf a, TSelf b);
    static abstract TSelf GreaterThanOrEqual(TSelf a, TSelf b);
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>A mask of the lanes whose sign bit is set.</summary>
    static abstract TSelf IsNegative(TSelf x);

    /// <summary>The bits of a where the mask has ones, else those of b.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>2^exponent, an integer, where that is a normal number.</summary>
    static abstract TSelf PowerOfTwo(TSelf exponent);

    /// <summary>value * 2^exponent, rounded once; exponent an integer, at most 252 in magnitude.</summary>
    static abstract TSelf Scale(TSelf value, TSelf exponent);

    /// <summary>value * 2^exponent, rounded once; exponent an integer from -166 to 63, which takes fewer steps than <see cref="Scale"/>.</summary>
    static abstract TSelf ScaleDown(TSelf value, TSelf exponent);

    /// <summary>A positive x, also a subnormal one, as a normal number times 2^exponent.</summary>
    static abstract (TSelf Normal, TSelf Exponent) Normalize(TSelf x);

    /// <summary>A positive normal x as mantissa * 2^exponent with the mantissa in [√½, √2).</summary>
    static abstract (TSelf Mantissa, TSelf Exponent) Split(TSelf x);
}

/// <summary>A function of floats, the same in every lane.</summary>
internal interface ILaneFunction
{
    static abstract TLanes Invoke<TLanes>(TLanes x) where TLanes : unmanaged, ILanes<TLanes>;
}
