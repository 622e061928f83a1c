namespace CudaKernels.Tests.Vocabulary;

/// <summary>What is published of mma.sync: which element each lane holds, for each form, and worked products.</summary>
internal sealed record MmaFacts(Dictionary<string, MmaLayout> Layouts, MmaForm[] Instructions, MmaProduct[] Products)
{
    private static readonly Lazy<MmaFacts> s_all = new(() => VectorFile.Read<MmaFacts>("mma.json"));

    public static MmaFacts All => s_all.Value;
}

/// <summary>Tables [lane][element] of [row, column]; C's are D's too.</summary>
internal sealed record MmaLayout(int M, int N, int K, int[][][] A, int[][][] B, int[][][] C);

internal sealed record MmaOperand(string Type, int Registers, int ElementsPerRegister)
{
    /// <summary>32-bit words of a lane's fragment.</summary>
    public int Words => Type == "f64" ? 2 * Registers : Registers;

    private int ElementBits => Type == "f64" ? 64 : 32 / ElementsPerRegister;

    private ulong One => Type switch
    {
        "f16" => 0x3C00,
        "bf16" => 0x3F80,
        "tf32" or "f32" => 0x3F800000,
        "e4m3" => 0x38,
        "e5m2" => 0x3C,
        "f64" => 0x3FF0000000000000,
        "s8" or "u8" or "s32" => 1,
        _ => throw new InvalidDataException(Type),
    };

    /// <summary>Sets one element of a lane's fragment to 1, in the words of a whole warp.</summary>
    public void SetOne(Span<uint> warp, int lane, int element)
    {
        var bit = element * ElementBits;
        var fragment = warp.Slice(lane * Words, Words);
        fragment[bit / 32] |= (uint)(One << (bit % 32));
        if (ElementBits == 64)
        {
            fragment[(bit / 32) + 1] |= (uint)(One >> 32);
        }
    }
}

internal sealed record MmaForm(string Ptx, string Layout, int MinSm, MmaOperand A, MmaOperand B, MmaOperand D)
{
    /// <summary>The form's struct in mma_forms.cu: shape and types.</summary>
    public string Kernel => $"multiply<{NameOf(Ptx)}>";

    public static string NameOf(string ptx) => ptx["mma.sync.aligned.".Length..].Replace(".row.col", "", StringComparison.Ordinal).Replace('.', '_');

    public MmaLayout Map => MmaFacts.All.Layouts[Layout];
}

/// <summary>Register words of a product, [lane][register] as hexadecimal digits.</summary>
internal sealed record MmaProduct(string Ptx, string[][] A, string[][] B, string[][] C, string[][] D);
