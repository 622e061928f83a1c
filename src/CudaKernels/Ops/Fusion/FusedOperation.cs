using System.Numerics;

namespace CudaKernels;

/// <summary>
/// An elementwise expression that is computed in one pass: each input is read once, the result is written once, and nothing between them
/// goes through memory. On a CUDA device the expression is compiled to one kernel at its first run; the managed device runs it block by
/// block in its cache. Half and BFloat16 compute in float throughout and round once; a compiler may fuse a product and a sum.
/// </summary>
/// <example><code>
/// using var scaledGelu = FusedOperation&lt;float&gt;.Create((a, x, y) => (a * x + y).Gelu());
/// scaledGelu.ComputeInto(destination, a, x, y);
/// </code></example>
/// <typeparam name="T">The element type of inputs and result.</typeparam>
public sealed class FusedOperation<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most inputs of an expression.</summary>
    public const int MaxInputs = OperandLoop.MaxOperands - 1;

    private readonly FusedProgram<T> _program;
    private readonly FusedKernels _kernels;

    private FusedOperation(int inputs, Func<FusedValue<T>[], FusedValue<T>> expression)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs, MaxInputs);
        var result = expression([.. Enumerable.Range(0, inputs).Select(FusedValue<T>.OfInput)]);
        _program = new FusedProgram<T>(result ?? throw new ArgumentException("the expression gave null", nameof(expression)), inputs);
        _kernels = new FusedKernels(FusedKernels.Write(_program), TensorOperations.Types<T>());
    }

    internal FusedProgram<T> Program => _program;

    /// <summary>The number of inputs.</summary>
    public int Inputs => _program.Inputs;

    /// <summary>The CUDA C++ that is compiled: a function and the two kernels <c>fused_dense</c> and <c>fused_strided</c>.</summary>
    public string Source => _kernels.Text;

    /// <summary>An expression of one input.</summary>
    public static FusedOperation<T> Create(Func<FusedValue<T>, FusedValue<T>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new FusedOperation<T>(1, x => expression(x[0]));
    }

    /// <summary>An expression of two inputs.</summary>
    public static FusedOperation<T> Create(Func<FusedValue<T>, FusedValue<T>, FusedValue<T>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new FusedOperation<T>(2, x => expression(x[0], x[1]));
    }

    /// <summary>An expression of three inputs.</summary>
    public static FusedOperation<T> Create(Func<FusedValue<T>, FusedValue<T>, FusedValue<T>, FusedValue<T>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new FusedOperation<T>(3, x => expression(x[0], x[1], x[2]));
    }

    /// <summary>An expression of any number of inputs.</summary>
    /// <param name="inputs">How many, 1 to <see cref="MaxInputs"/>.</param>
    /// <param name="expression">From the inputs to the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many inputs.</exception>
    public static FusedOperation<T> Create(int inputs, Func<FusedValue<T>[], FusedValue<T>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new FusedOperation<T>(inputs, expression);
    }

    /// <summary>Computes the expression of every element. The inputs broadcast to the destination.</summary>
    /// <param name="destination">The result; may be an input.</param>
    /// <param name="inputs">As many as the expression has.</param>
    /// <exception cref="ArgumentException">There are more or fewer inputs than the expression has, shapes cannot be broadcast, devices differ, or the destination partly overlaps an input.</exception>
    /// <exception cref="NvrtcCompilationException">The kernel does not compile.</exception>
    public unsafe void ComputeInto(DeviceTensor<T> destination, params ReadOnlySpan<DeviceTensor<T>> inputs)
    {
        RequireInputs(inputs);
        var y = ElementwiseOperand.Of(destination);
        Elementwise.RequireWritable(y);
        Span<nint> strides = stackalloc nint[(inputs.Length + 1) * TensorLayout.MaxRank];
        y.Layout.Strides.CopyTo(strides);
        for (var i = 0; i < inputs.Length; i++)
        {
            var place = strides[((i + 1) * TensorLayout.MaxRank)..];
            Elementwise.Strides(ElementwiseOperand.Of(inputs[i]), y, place).CopyTo(place);
        }

        if (destination.IsEmpty)
        {
            return;
        }

        var loop = OperandLoop.Create(destination.Lengths, strides);
        if (destination.Device is CudaDevice cuda)
        {
            _kernels.Launch(cuda, loop, destination, inputs);
            return;
        }

        _kernels.ThrowIfDisposed();
        using var first = new BlockHold(destination.Block, inputs[0].Block, Block(inputs, 1), Block(inputs, 2));
        using var second = new BlockHold(destination.Block, Block(inputs, 3), Block(inputs, 4), Block(inputs, 5));
        using var third = new BlockHold(destination.Block, Block(inputs, 6), Block(inputs, 7));
        Span<nint> pointers = stackalloc nint[OperandLoop.MaxOperands];
        pointers[0] = (nint)ManagedSpan.Pointer(destination);
        for (var i = 0; i < inputs.Length; i++)
        {
            pointers[i + 1] = (nint)ManagedSpan.Pointer(inputs[i]);
        }

        ManagedFusion.Run((CpuDevice)destination.Device, _program, loop, pointers);
    }

    /// <summary>A new tensor with the expression of every element, in the shape that the inputs broadcast to.</summary>
    /// <param name="inputs">As many as the expression has.</param>
    /// <exception cref="ArgumentException">There are more or fewer inputs than the expression has, shapes cannot be broadcast, or devices differ.</exception>
    public DeviceTensor<T> Compute(params ReadOnlySpan<DeviceTensor<T>> inputs)
    {
        RequireInputs(inputs);
        var lengths = inputs[0].Lengths;
        for (var i = 1; i < inputs.Length; i++)
        {
            lengths = TensorLayout.BroadcastLengths(TensorLayout.Dense(lengths), inputs[i].Layout);
        }

        using var result = new PendingTensor<T>(inputs[0].Device.Create<T>(TensorLayout.Dense(lengths), inputs[0].Stream));
        ComputeInto(result.Tensor, inputs);
        return result.Complete();
    }

    /// <summary>Unloads the kernels.</summary>
    public void Dispose() => _kernels.Dispose();

    private static MemoryBlock? Block(ReadOnlySpan<DeviceTensor<T>> inputs, int index) => index < inputs.Length ? inputs[index].Block : null;

    private void RequireInputs(ReadOnlySpan<DeviceTensor<T>> inputs)
    {
        if (inputs.Length != Inputs)
        {
            throw new ArgumentException($"the expression has {Inputs} input(s), got {inputs.Length}", nameof(inputs));
        }

        foreach (var input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        }
    }
}
