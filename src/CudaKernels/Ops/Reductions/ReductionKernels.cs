namespace CudaKernels;

/// <summary>The kernels <c>NAME_rows</c>, <c>NAME_short</c>, <c>NAME_columns</c> and <c>NAME_finish</c> of a file below <c>kernels/reductions</c>.</summary>
internal sealed class ReductionKernels
{
    /// <param name="name">The reduction.</param>
    /// <param name="kinds">Its element types.</param>
    /// <param name="accumulatorBytes">The size of the kernel's Accumulator for an element type.</param>
    public ReductionKernels(string name, IReadOnlyList<ElementKind> kinds, Func<ElementKind, int> accumulatorBytes)
        : this(new KernelFile($"reductions/{name}.cu"), name, kinds, accumulatorBytes)
    {
    }

    /// <param name="file">A file that holds several reductions.</param>
    /// <param name="name">The reduction.</param>
    /// <param name="kinds">Its element types.</param>
    /// <param name="accumulatorBytes">The size of the kernel's Accumulator for an element type.</param>
    public ReductionKernels(KernelFile file, string name, IReadOnlyList<ElementKind> kinds, Func<ElementKind, int> accumulatorBytes)
    {
        Rows = file.Template($"{name}_rows<{{0}}>", kinds);
        Short = file.Template($"{name}_short<{{0}}>", kinds);
        Columns = file.Template($"{name}_columns<{{0}}>", kinds);
        Finish = file.Template($"{name}_finish<{{0}}>", kinds);
        AccumulatorBytes = accumulatorBytes;
    }

    public KernelTemplate Rows { get; }

    public KernelTemplate Short { get; }

    public KernelTemplate Columns { get; }

    public KernelTemplate Finish { get; }

    public Func<ElementKind, int> AccumulatorBytes { get; }

    /// <summary>The size of <c>sum_t</c>: 8 for double and 64-bit integers, else 4.</summary>
    public static int SumBytes(ElementKind kind) => kind is ElementKind.Float64 or ElementKind.Int64 ? 8 : 4;

    /// <summary>The size of <c>compute_t</c>: 16-bit floats compute in float, other types as themselves.</summary>
    public static int ComputeBytes(ElementKind kind) => kind is ElementKind.Float16 or ElementKind.BFloat16 ? 4 : ElementTypes.Size(kind);

    /// <summary>The size of a <c>Candidate</c>: an element and a 64-bit index.</summary>
    public static int CandidateBytes(ElementKind kind) => 16;

    /// <summary>The size of <c>Moments</c>: a count, a mean and a sum of squared deviations.</summary>
    public static int MomentsBytes(ElementKind kind) => 3 * ComputeBytes(kind);
}
