using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace CudaKernels;

/// <summary>The two kernels of an elementwise expression.</summary>
internal sealed unsafe class FusedKernels(string text, KernelTypes types) : IDisposable
{
    // The text of one expression, which the catalog checks; every expression has kernels of these names.
    private static readonly KernelFile s_file = new("elementwise/fused.cu");
    private static readonly ElementwiseKernels s_kernels = new(s_file, "fused", "<{0}>", ElementTypes.Floating.Select(kind => new KernelTypes(kind)));

    private readonly RuntimeKernels _kernels = new(s_file.Path, text, typeof(FusedOperation<>));
    private readonly (string Dense, string Strided) _names = (s_kernels.Dense.Expression(types), s_kernels.Strided.Expression(types));

    public string Text => _kernels.Text;

    /// <summary>The CUDA C++ of <c>fused_dense</c> and <c>fused_strided</c>.</summary>
    public static string Write<T>(FusedProgram<T> program) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var pointers = ", " + program.InputNames("const T* ");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"// y = f({program.InputNames("")}), elementwise: an expression f of other operations in one pass, as FusedOperation writes it.\n");
        text.Append("#include \"common/elementwise.cuh\"\n").Append(program.Includes).Append('\n').Append(program.Functor).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_dense(T* y{pointers}, i64 n) {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  map(y, n, Fused{{}}, {program.InputNames("")});\n}}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_strided(T* y{pointers}, OperandLoop loop) {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  map_strided(y, loop, Fused{{}}, {program.InputNames("")});\n}}\n");
        return text.ToString();
    }

    public void Launch<T>(CudaDevice device, OperandLoop loop, DeviceTensor<T> destination, ReadOnlySpan<DeviceTensor<T>> inputs) where T : unmanaged
    {
        KernelArgumentList arguments = default;
        arguments[0] = destination.Output;
        for (var i = 0; i < inputs.Length; i++)
        {
            arguments[i + 1] = inputs[i].Input;
        }

        var dense = loop.IsDense(inputs.Length + 1);
        var packLength = PackedRuns.PackLength(ElementType<T>.Size);
        var perThread = packLength;
        if (!dense)
        {
            (loop.Runs, perThread) = PackedRuns.Of(loop.Count, loop.InnerLength, packLength, Fit(loop, destination, inputs, packLength), inputs.Length);
        }

        arguments[inputs.Length + 1] = dense ? loop.Count : KernelArgument.Struct(&loop);
        destination.Stream!.Launch(
            _kernels.Get(device, dense ? _names.Dense : _names.Strided),
            LaunchConfig.Cover((loop.Count + perThread - 1) / perThread, Elementwise.BlockSize),
            arguments[..(inputs.Length + 2)]);
    }

    private static bool Fit<T>(in OperandLoop loop, DeviceTensor<T> destination, ReadOnlySpan<DeviceTensor<T>> inputs, int packLength) where T : unmanaged
    {
        var fit = PackedRuns.Fit(loop.StridesOf(0), (nuint)ManagedSpan.Pointer(destination), ElementType<T>.Size, packLength);
        for (var i = 0; i < inputs.Length && fit; i++)
        {
            fit = PackedRuns.Fit(loop.StridesOf(i + 1), (nuint)ManagedSpan.Pointer(inputs[i]), ElementType<T>.Size, packLength);
        }

        return fit;
    }

    public void ThrowIfDisposed() => _kernels.ThrowIfDisposed();

    public void Dispose() => _kernels.Dispose();

    [InlineArray(OperandLoop.MaxOperands + 1)]
    private struct KernelArgumentList
    {
        private KernelArgument _first;
    }
}
