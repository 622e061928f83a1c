namespace CudaKernels.Tests.Vocabulary;

/// <summary>What is published of swizzles, operand layouts and matrix descriptors.</summary>
internal sealed record SharedLayoutFacts(SwizzleTable[] Swizzles, OperandLayout[] Layouts, PublishedDescriptor[] Descriptors)
{
    private static readonly Lazy<SharedLayoutFacts> s_all = new(() => VectorFile.Read<SharedLayoutFacts>("shared_layouts.json"));

    public static SharedLayoutFacts All => s_all.Value;
}

/// <summary>Where each byte of a tile lies under a swizzle.</summary>
internal sealed record SwizzleTable(int Width, int[] Physical);

/// <summary>A canonical layout with samples of [mn, k, byte before the swizzle, byte after it].</summary>
internal sealed record OperandLayout(bool MnMajor, int Width, string Type, int ElementBytes, int Extent, int Depth, int Leading, int Stride, int[][] Samples)
{
    /// <summary>The published formula of the byte of an element, from address 0.</summary>
    public int Place(int mn, int k)
    {
        var t = 16 / ElementBytes;
        if (Width == 0)
        {
            return MnMajor
                ? (mn % t * ElementBytes) + (mn / t * Stride) + (k % 8 * 16) + (k / 8 * Leading)
                : (mn % 8 * 16) + (mn / 8 * Stride) + (k % t * ElementBytes) + (k / t * Leading);
        }

        var e = Width / ElementBytes;
        var linear = MnMajor
            ? (mn % e * ElementBytes) + (mn / e * Leading) + (k % 8 * Width) + (k / 8 * Stride)
            : (mn % 8 * Width) + (mn / 8 * Stride) + (k * ElementBytes);
        return linear ^ ((linear >> 3) & (Width - 16));
    }

    /// <summary>Bytes from one instruction's k to the next one's.</summary>
    public int Step => MnMajor ? 2 * (Width == 0 ? Leading : Stride) : Width == 0 ? 2 * Leading : 32;

    public override string ToString() => $"{(MnMajor ? "MN" : "K")}-major, swizzle {Width}, {Type}, leading {Leading}, stride {Stride}";
}

/// <summary>A complete descriptor with samples of [mn, k, address].</summary>
internal sealed record PublishedDescriptor(string Name, bool MnMajor, int Width, int ElementBytes, int Extent, int Depth, int Start, int Leading, int Stride, string Value, string Sha256, int[][] Samples);
