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
        (Includes, Functor) = Write(result);
    }

    public int Inputs { get; }

    /// <summary>What a register holds before the program runs: inputs, which come first, are null, and so are the results of instructions.</summary>
    public List<double?> Constants { get; } = [];

    /// <summary>The functions in their order, with registers for result and operands; the second operand is -1 where there is one.</summary>
    public List<(FusedStep Step, int To, int A, int B)> Instructions { get; } = [];

    /// <summary>The register of the result.</summary>
    public int Result { get; }

    /// <summary>The kernel files that hold the functors of its functions, as lines of CUDA C++.</summary>
    public string Includes { get; }

    /// <summary>The struct <c>Fused</c>, whose call is the expression, in CUDA C++.</summary>
    public string Functor { get; }

    /// <summary>The names of the inputs, each after another text.</summary>
    public string InputNames(string before, string separator = ", ", int first = 0) =>
        string.Join(separator, Enumerable.Range(first, Inputs - first).Select(input => string.Create(CultureInfo.InvariantCulture, $"{before}x{input}")));

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

    private (string Includes, string Functor) Write(FusedValue<T> result)
    {
        var names = _values.Select((value, i) => (value, Name: string.Create(CultureInfo.InvariantCulture, $"v{i}"))).ToDictionary(pair => pair.value, pair => pair.Name);
        var includes = string.Concat(_values.Select(value => value.File).Distinct().Order(StringComparer.Ordinal).Select(file => $"#include \"{file}\"\n"));
        var text = new StringBuilder();
        text.Append("struct Fused {\n");
        text.Append(CultureInfo.InvariantCulture, $"  template <class C> __device__ __forceinline__ C operator()({InputNames("C ")}) const {{\n");
        foreach (var value in _values)
        {
            text.Append(CultureInfo.InvariantCulture, $"    const C {names[value]} = {value.Text}({string.Join(", ", value.Operands.Select(Name))});\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    return {Name(result)};\n");
        text.Append("  }\n};\n");
        return (includes, text.ToString());

        string Name(FusedValue<T> value) => names.GetValueOrDefault(value) ?? value.Text;
    }
}
