namespace CudaKernels.Tests.Vocabulary;

/// <summary>What is published of wgmma's fragments.</summary>
internal sealed record WgmmaFacts(WgmmaAccumulator[] Accumulators, WgmmaRegisters[] RegistersOfA, WgmmaProduct Product)
{
    private static readonly Lazy<WgmmaFacts> s_all = new(() => VectorFile.Read<WgmmaFacts>("wgmma.json"));

    public static WgmmaFacts All => s_all.Value;

    /// <summary>Row and column of element i of a thread's accumulator.</summary>
    public static (int M, int N) Place(int thread, int i) => ((16 * (thread / 32)) + (thread % 32 / 4) + (8 * (i / 2 % 2)), (8 * (i / 4)) + (2 * (thread % 4)) + (i % 2));
}

/// <summary>An accumulator's map as a digest.</summary>
internal sealed record WgmmaAccumulator(int Columns, string Sha256);

/// <summary>Tables [thread][element] of [m, k].</summary>
internal sealed record WgmmaRegisters(int ElementsPerRegister, int Depth, int[][][] Table);

/// <summary>A product as register words and shared memory.</summary>
internal sealed record WgmmaProduct(string B, string[][] A, string[][] D);
