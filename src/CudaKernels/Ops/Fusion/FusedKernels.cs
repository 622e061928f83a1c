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
        var elements = string.Join(", ", Enumerable.Range(0, program.Inputs).Select(input => string.Create(CultureInfo.InvariantCulture, $"up(x{input}[at[{input + 1}]])")));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"// y = f({program.InputNames("")}), elementwise: an expression f of other operations in one pass, as FusedOperation writes it.\n");
        text.Append("#include \"common/elementwise.cuh\"\n").Append(program.Includes).Append('\n').Append(program.Functor).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_dense(T* y{pointers}, i64 n) {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  map(y, n, Fused{{}}, {program.InputNames("")});\n}}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_strided(T* y{pointers}, OperandLoop loop) {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  i64 at[{program.Inputs + 1}];\n");
        text.Append(CultureInfo.InvariantCulture, $"  if (locate(loop, at)) y[at[0]] = down<T>(Fused{{}}({elements}));\n}}\n");
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
        arguments[inputs.Length + 1] = dense ? loop.Count : KernelArgument.Struct(&loop);
        var perThread = dense ? Elementwise.PackBytes / ElementType<T>.Size : 1;
        destination.Stream!.Launch(
            _kernels.Get(device, dense ? _names.Dense : _names.Strided),
            LaunchConfig.Cover((loop.Count + perThread - 1) / perThread, Elementwise.BlockSize),
            arguments[..(inputs.Length + 2)]);
    }

    public void ThrowIfDisposed() => _kernels.ThrowIfDisposed();

    public void Dispose() => _kernels.Dispose();

    [InlineArray(OperandLoop.MaxOperands + 1)]
    private struct KernelArgumentList
    {
        private KernelArgument _first;
    }
}
