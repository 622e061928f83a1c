using System.Numerics;

namespace CudaKernels.Catalog;

/// <summary>
/// One operation of the library, as the tests, the bench and the command line see it: its inputs, a plain float64 reference, the
/// tolerance it promises, and the bytes and FLOPs it must move.
/// </summary>
public abstract class OpCase
{
    /// <summary>The operation's name, such as <c>softmax</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The folder of its kernel below <c>kernels/</c>.</summary>
    public abstract string Family { get; }

    /// <summary>The kernel file below <c>kernels/</c>.</summary>
    public virtual string KernelFile => $"{Family}/{Name.Replace('-', '_')}.cu";

    /// <summary>The implementations to choose from; one unnamed one unless an operation has several.</summary>
    public virtual IReadOnlyList<string> Variants => [""];

    /// <summary>The kernel file of a variant.</summary>
    public virtual string KernelFileOf(string variant) => KernelFile;

    /// <summary>The kernel files of all variants.</summary>
    public IReadOnlyList<string> KernelFiles => [.. Variants.Select(KernelFileOf).Distinct()];

    /// <summary>The element types.</summary>
    public abstract IReadOnlyList<ElementKind> Types { get; }

    /// <summary>The shapes that a check runs: empty, one element, ragged around every tile, several blocks.</summary>
    public abstract IReadOnlyList<CaseShape> Shapes { get; }

    /// <summary>The shapes that a check of a variant runs: one may take fewer shapes than the rest, or have other tiles.</summary>
    public virtual IReadOnlyList<CaseShape> ShapesOf(string variant) => Shapes;

    /// <summary>The shapes that are small enough to look at every access to memory: ragged ones; the large ones only repeat them.</summary>
    public virtual IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.Where(shape => shape.Count <= 2_500)];

    /// <summary>The ragged shapes of a variant: one with other tiles than the rest has other edges.</summary>
    public virtual IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => RaggedShapes;

    /// <summary>The shapes that a bench times.</summary>
    public virtual IReadOnlyList<CaseShape> BenchShapes => [new(4096, 4096)];

    /// <summary>The shapes that a bench times on a GPU, which the others may leave mostly idle.</summary>
    public virtual IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => BenchShapes;

    /// <summary>The largest error that the operation may make: see <see cref="CaseError"/> for how it is measured.</summary>
    public virtual double Tolerance(ElementKind kind) => kind switch
    {
        ElementKind.Float64 => 1e-13,
        ElementKind.Float32 => 2e-6,
        ElementKind.Float16 => 1e-3,
        ElementKind.BFloat16 => 8e-3,
        _ => 0,
    };

    /// <summary>The largest error that a variant may make, where it rounds more coarsely than the others.</summary>
    public virtual double ToleranceOf(ElementKind kind, string variant) => Tolerance(kind);

    /// <summary>Whether a variant is made for an element type.</summary>
    public virtual bool Covers(ElementKind kind, string variant) => true;

    /// <summary>Whether a variant exists on a device.</summary>
    public virtual bool Runs(ComputeDevice device, string variant) => variant.Length == 0 || device is CudaDevice;

    /// <summary>Makes inputs and outputs on a device and says how to run the operation and what must come out.</summary>
    public abstract CasePlan Plan(ElementKind kind, CaseInputs inputs);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A case over the floating types.</summary>
public abstract class FloatingCase : OpCase
{
    /// <inheritdoc/>
    public override IReadOnlyList<ElementKind> Types => ElementTypes.Floating;

    /// <inheritdoc/>
    public sealed override CasePlan Plan(ElementKind kind, CaseInputs inputs) => kind switch
    {
        ElementKind.Float32 => Plan<float>(inputs),
        ElementKind.Float64 => Plan<double>(inputs),
        ElementKind.Float16 => Plan<Half>(inputs),
        ElementKind.BFloat16 => Plan<BFloat16>(inputs),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"{Name} takes floating types"),
    };

    /// <summary>Makes inputs and outputs and says how to run the operation.</summary>
    protected abstract CasePlan Plan<T>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A case over the floating types and the integers.</summary>
public abstract class NumericCase : OpCase
{
    /// <inheritdoc/>
    public override IReadOnlyList<ElementKind> Types => ElementTypes.Numeric;

    /// <inheritdoc/>
    public sealed override CasePlan Plan(ElementKind kind, CaseInputs inputs) => kind switch
    {
        ElementKind.Float32 => Plan<float>(inputs),
        ElementKind.Float64 => Plan<double>(inputs),
        ElementKind.Float16 => Plan<Half>(inputs),
        ElementKind.BFloat16 => Plan<BFloat16>(inputs),
        ElementKind.Int8 => Plan<sbyte>(inputs),
        ElementKind.UInt8 => Plan<byte>(inputs),
        ElementKind.Int32 => Plan<int>(inputs),
        ElementKind.Int64 => Plan<long>(inputs),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"{Name} takes numbers"),
    };

    /// <summary>Makes inputs and outputs and says how to run the operation.</summary>
    protected abstract CasePlan Plan<T>(CaseInputs inputs) where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>A case over the integers.</summary>
public abstract class IntegerCase : OpCase
{
    /// <inheritdoc/>
    public override IReadOnlyList<ElementKind> Types => ElementTypes.Integers;

    /// <inheritdoc/>
    public sealed override CasePlan Plan(ElementKind kind, CaseInputs inputs) => kind switch
    {
        ElementKind.Int8 => Plan<sbyte>(inputs),
        ElementKind.UInt8 => Plan<byte>(inputs),
        ElementKind.Int32 => Plan<int>(inputs),
        ElementKind.Int64 => Plan<long>(inputs),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"{Name} takes integers"),
    };

    /// <summary>Makes inputs and outputs and says how to run the operation.</summary>
    protected abstract CasePlan Plan<T>(CaseInputs inputs) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>;
}

/// <summary>A case over every element type, masks included.</summary>
public abstract class AnyCase : OpCase
{
    /// <inheritdoc/>
    public override IReadOnlyList<ElementKind> Types => ElementTypes.All;

    /// <inheritdoc/>
    public sealed override CasePlan Plan(ElementKind kind, CaseInputs inputs) => ElementTypes.Dispatch(kind, new Visitor(this, inputs));

    /// <summary>Makes inputs and outputs and says how to run the operation.</summary>
    protected abstract CasePlan Plan<T>(CaseInputs inputs) where T : unmanaged;

    private sealed class Visitor(AnyCase owner, CaseInputs inputs) : IElementVisitor<CasePlan>
    {
        public CasePlan Visit<T>() where T : unmanaged => owner.Plan<T>(inputs);
    }
}
