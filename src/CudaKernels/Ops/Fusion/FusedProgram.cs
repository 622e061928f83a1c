using System.Globalization;
using System.Numerics;
using System.Text;

namespace CudaKernels;

/// <summary>An expression as a list of functions, each after those that it takes its operands from, and as the text of its kernels.</summary>
internal sealed class FusedProgram<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<FusedValue<T>> _values = [];
    private readonly Dictionary<FusedValue<T>, int> _registers = [];

    public FusedProgram(FusedValue<T> result, int inputs)
    {
        Inputs = inputs;
        for (var input = 0; input < inputs; input++)
        {
            Constants.Add(null);
        }

        Add(result);
        Result = _registers[result];
        Text = Write(result);
    }

    public int Inputs { get; }

    /// <summary>What a register holds before the program runs: inputs, which come first, are null, and so are the results of instructions.</summary>
    public List<double?> Constants { get; } = [];

    /// <summary>The functions in their order, with registers for result and operands; the second operand is -1 where there is one.</summary>
    public List<(FusedStep Step, int To, int A, int B)> Instructions { get; } = [];

    /// <summary>The register of the result.</summary>
    public int Result { get; }

    /// <summary>The CUDA C++ of <c>fused_dense</c> and <c>fused_strided</c>.</summary>
    public string Text { get; }

    private void Add(FusedValue<T> value)
    {
        if (_registers.ContainsKey(value))
        {
            return;
        }

        if (value.Input is { } input)
        {
            _registers.Add(value, input);
            return;
        }

        foreach (var operand in value.Operands)
        {
            Add(operand);
        }

        var register = Constants.Count;
        Constants.Add(value.Constant);
        _registers.Add(value, register);
        if (value.Step is { } step)
        {
            _values.Add(value);
            Instructions.Add((step, register, _registers[value.Operands[0]], value.Operands.Length > 1 ? _registers[value.Operands[1]] : -1));
        }
    }

    private string Write(FusedValue<T> result)
    {
        var names = _values.Select((value, i) => (value, Name: string.Create(CultureInfo.InvariantCulture, $"v{i}"))).ToDictionary(pair => pair.value, pair => pair.Name);
        string[] inputs = [.. Enumerable.Range(0, Inputs).Select(input => string.Create(CultureInfo.InvariantCulture, $"x{input}"))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"// y = f({string.Join(", ", inputs)}), elementwise: an expression f of other operations in one pass, as FusedOperation writes it.");
        text.AppendLine("#include \"common/elementwise.cuh\"");
        foreach (var file in _values.Select(value => value.File).Distinct().Order(StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"#include \"{file}\"");
        }

        text.AppendLine();
        text.AppendLine("struct Fused {");
        text.AppendLine(CultureInfo.InvariantCulture, $"  template <class C> __device__ __forceinline__ C operator()({string.Join(", ", inputs.Select(input => "C " + input))}) const {{");
        foreach (var value in _values)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    const C {names[value]} = {value.Text}({string.Join(", ", value.Operands.Select(Name))});");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"    return {Name(result)};");
        text.AppendLine("  }");
        text.AppendLine("};");
        text.AppendLine();
        var pointers = string.Concat(inputs.Select(input => $", const T* {input}"));
        text.AppendLine(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_dense(T* y{pointers}, i64 n) {{");
        text.AppendLine(CultureInfo.InvariantCulture, $"  map(y, n, Fused{{}}, {string.Join(", ", inputs)});");
        text.AppendLine("}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fused_strided(T* y{pointers}, OperandLoop loop) {{");
        text.AppendLine(CultureInfo.InvariantCulture, $"  i64 at[{Inputs + 1}];");
        var elements = inputs.Select((input, i) => string.Create(CultureInfo.InvariantCulture, $"up({input}[at[{i + 1}]])"));
        text.AppendLine(CultureInfo.InvariantCulture, $"  if (locate(loop, at)) y[at[0]] = down<T>(Fused{{}}({string.Join(", ", elements)}));");
        text.AppendLine("}");
        return text.ToString().ReplaceLineEndings("\n");

        string Name(FusedValue<T> value) => names.GetValueOrDefault(value) ?? value.Text;
    }
}
