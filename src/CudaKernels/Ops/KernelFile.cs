namespace CudaKernels;

/// <summary>One embedded <c>.cu</c> file and the kernel templates that the operations take from it.</summary>
/// <remarks>
/// The GPU compiles one instance at a time, when it is first run. A device that compiles cheaply in bulk (the software device)
/// compiles every instance of the file at once; therefore each template states the element types it is meant for.
/// </remarks>
internal sealed class KernelFile
{
    private static readonly List<KernelFile> s_all = [];
    private readonly List<KernelTemplate> _templates = [];

    public KernelFile(string path)
    {
        Path = path;
        lock (s_all)
        {
            s_all.Add(this);
        }
    }

    /// <summary>The files of all operations.</summary>
    public static IReadOnlyList<KernelFile> All
    {
        get
        {
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(TensorOperations).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(MatMulChoice).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(QuantizedMatMulChoice).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(TransposedCopy).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FlashAttention).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FlashWgmma).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FlashGradientWgmma).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FlashPagedAttention).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(CumulativeSumKernels).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FusedKernels).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(FusedMatMulKernels).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(RowReductionKernels).TypeHandle);
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(SortKernels).TypeHandle);
            lock (s_all)
            {
                return [.. s_all];
            }
        }
    }

    /// <summary>The path below <c>kernels/</c>, such as <c>elementwise/exp.cu</c>.</summary>
    public string Path { get; }

    /// <summary>A snapshot of the templates declared so far.</summary>
    public KernelTemplate[] Templates
    {
        get
        {
            lock (_templates)
            {
                return [.. _templates];
            }
        }
    }

    /// <summary>Declares a kernel over one element type: <c>{0}</c> in <paramref name="expression"/> stands for its CUDA name.</summary>
    public KernelTemplate Template(string expression, IReadOnlyList<ElementKind> kinds) =>
        Add(new KernelTemplate(this, expression, [.. kinds.Select(kind => new KernelTypes(kind))]));

    /// <summary>Declares a kernel over the given combinations of element types: <c>{0}</c> and <c>{1}</c> stand for their CUDA names.</summary>
    public KernelTemplate Template(string expression, IEnumerable<KernelTypes> combinations) =>
        Add(new KernelTemplate(this, expression, [.. combinations]));

    private KernelTemplate Add(KernelTemplate template)
    {
        lock (_templates)
        {
            _templates.Add(template);
        }

        return template;
    }
}

/// <summary>The element types that one kernel instance is made for.</summary>
internal readonly record struct KernelTypes(ElementKind First, ElementKind Second = default)
{
    /// <summary>A dense index, for the devices' tables of compiled instances.</summary>
    public int Index => (int)First * 16 + (int)Second;
}

/// <summary>A kernel template: a name expression with holes, and the combinations of element types it exists for.</summary>
internal sealed class KernelTemplate(KernelFile file, string expression, KernelTypes[] combinations)
{
    private static int s_count;

    /// <summary>A process-wide number, for the devices' tables.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_count) - 1;

    public KernelFile File { get; } = file;

    public IReadOnlyList<KernelTypes> Combinations { get; } = combinations;

    /// <summary>The name expression of an instance, such as <c>softmax&lt;bf16&gt;</c>.</summary>
    public string Expression(KernelTypes types) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, expression, ElementTypes.CudaName(types.First), ElementTypes.CudaName(types.Second));
}
