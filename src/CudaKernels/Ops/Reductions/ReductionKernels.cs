namespace CudaKernels;

/// <summary>The kernels <c>NAME_rows</c>, <c>NAME_columns</c> and <c>NAME_finish</c> of <c>kernels/reductions/NAME.cu</c>.</summary>
internal sealed class ReductionKernels
{
    /// <param name="name">The reduction.</param>
    /// <param name="kinds">Its element types.</param>
    /// <param name="accumulatorBytes">The size of the kernel's Accumulator for an element type.</param>
    public ReductionKernels(string name, IReadOnlyList<ElementKind> kinds, Func<ElementKind, int> accumulatorBytes)
    {
        var file = new KernelFile($"reductions/{name}.cu");
        Rows = file.Template($"{name}_rows<{{0}}>", kinds);
        Columns = file.Template($"{name}_columns<{{0}}>", kinds);
        Finish = file.Template($"{name}_finish<{{0}}>", kinds);
        AccumulatorBytes = accumulatorBytes;
    }

    public KernelTemplate Rows { get; }

    public KernelTemplate Columns { get; }

    public KernelTemplate Finish { get; }

    public Func<ElementKind, int> AccumulatorBytes { get; }

    /// <summary>The size of <c>sum_t</c>: 8 for double and 64-bit integers, else 4.</summary>
    public static int SumBytes(ElementKind kind) => kind is ElementKind.Float64 or ElementKind.Int64 ? 8 : 4;
}
