namespace CudaKernels.Cli.Bench;

/// <summary>The scales of a product's operands, and how cuBLASLt has them in memory.</summary>
internal sealed class LtScales
{
    /// <summary>The elements along k, and of a block along n, that share a scale.</summary>
    public const int Length = 128;

    // The scales of a row of blocks begin at multiples of so many.
    private const int Padding = 4;

    private readonly Func<int, int, int, double> _of;

    private LtScales(float[] left, float[] right, Func<int, int, int, double> of) => (LeftMemory, RightMemory, _of) = (left, right, of);

    /// <summary>No scales.</summary>
    public static LtScales None { get; } = new([], [], (_, _, _) => 1);

    /// <summary>What goes to the device for A; empty for nothing.</summary>
    public float[] LeftMemory { get; }

    public float[] RightMemory { get; }

    /// <summary>One scale for each operand.</summary>
    public static LtScales PerTensor(float left, float right) => new([left], [right], (_, _, _) => (double)left * right);

    /// <summary>A scale for each 128 elements of a row of A, and for each block of 128x128 of B: each of its own magnitude, so that one taken for another shows.</summary>
    public static LtScales OfBlocks(int m, int n, int k)
    {
        var random = new Random(1);
        var (stages, blocks) = ((k + Length - 1) / Length, (n + Length - 1) / Length);
        var rowOfBlocks = (stages + Padding - 1) / Padding * Padding;
        var (left, right) = (new float[stages * m], new float[blocks * rowOfBlocks]);
        foreach (ref var scale in left.AsSpan())
        {
            scale = Draw();
        }

        foreach (ref var scale in right.AsSpan())
        {
            scale = Draw();
        }

        // Scales of 1x128 lie side by side along m, those of blocks along k.
        return new LtScales(left, right, (row, column, stage) => (double)left[(stage * m) + row] * right[(column / Length * rowOfBlocks) + stage]);

        float Draw() => (float)Math.Pow(2, (random.NextDouble() * 6) - 5);
    }

    /// <summary>The factor of a part of 128 elements of the sum.</summary>
    /// <param name="row">The row of A.</param>
    /// <param name="column">The column of C.</param>
    /// <param name="stage">Which part.</param>
    public double Of(int row, int column, int stage) => _of(row, column, stage);
}
