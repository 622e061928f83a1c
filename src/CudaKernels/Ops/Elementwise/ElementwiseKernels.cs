namespace CudaKernels;

/// <summary>The two kernels of an elementwise operation: one for dense operands, one for strided and broadcast ones.</summary>
internal sealed class ElementwiseKernels
{
    /// <summary>The kernels <c>NAME_dense</c> and <c>NAME_strided</c> of <c>kernels/elementwise/NAME.cu</c>.</summary>
    public ElementwiseKernels(string name, IReadOnlyList<ElementKind> kinds)
        : this(new KernelFile($"elementwise/{name}.cu"), name, "<{0}>", kinds.Select(kind => new KernelTypes(kind)))
    {
    }

    /// <summary>The kernels <c>PREFIX_dense</c> and <c>PREFIX_strided</c> of a file, with template arguments such as <c>&lt;{0}, {1}&gt;</c>.</summary>
    public ElementwiseKernels(KernelFile file, string prefix, string arguments, IEnumerable<KernelTypes> combinations)
    {
        KernelTypes[] all = [.. combinations];
        Dense = file.Template($"{prefix}_dense{arguments}", all);
        Strided = file.Template($"{prefix}_strided{arguments}", all);
    }

    /// <summary><c>NAME_dense(y, inputs…, count, parameters…)</c>.</summary>
    public KernelTemplate Dense { get; }

    /// <summary><c>NAME_strided(y, inputs…, StridedLoop, parameters…)</c>.</summary>
    public KernelTemplate Strided { get; }
}

/// <summary>The kernels of a binary elementwise operation: between two tensors, and with a scalar on either side.</summary>
internal sealed class BinaryKernels
{
    /// <summary>The kernels <c>NAME_dense</c>, <c>NAME_strided</c>, <c>NAME_scalar_dense</c> and <c>NAME_scalar_strided</c> of <c>kernels/elementwise/NAME.cu</c>.</summary>
    public BinaryKernels(string name, IReadOnlyList<ElementKind> kinds)
    {
        var file = new KernelFile($"elementwise/{name}.cu");
        KernelTypes[] all = [.. kinds.Select(kind => new KernelTypes(kind))];
        Tensors = new ElementwiseKernels(file, name, "<{0}>", all);
        Scalar = new ElementwiseKernels(file, $"{name}_scalar", "<{0}>", all);
    }

    /// <summary>The form with two tensors.</summary>
    public ElementwiseKernels Tensors { get; }

    /// <summary>The form with one tensor and a scalar.</summary>
    public ElementwiseKernels Scalar { get; }
}
