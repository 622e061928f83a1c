using Microsoft.ML.OnnxRuntime;

namespace CudaKernels.Peers;

/// <summary>An operation of ONNX Runtime on its CPU provider, with inputs and output that stay in place.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;
    private readonly string[] _inputNames;
    private readonly float[] _result;

    public OnnxPeer(OnnxModel model, IReadOnlyList<(float[] Values, long[] Lengths)> inputs, long[] output, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };

        // Else its threads spin on after a call, on the cores of whoever comes next.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model.ToArray(), options);
        _inputs = [.. inputs.Select(input => OrtValue.CreateTensorValueFromMemory(input.Values, input.Lengths))];
        _inputNames = [.. inputs.Select((_, i) => $"x{i}")];
        _result = new float[output.Aggregate(1L, (product, length) => product * length)];
        _outputs = [OrtValue.CreateTensorValueFromMemory(_result, output)];
    }

    /// <summary>Computes the result once more.</summary>
    public void Run() => _session.Run(_options, _inputNames, _inputs, ["y"], _outputs);

    /// <summary>The elements of the last result.</summary>
    public ReadOnlySpan<float> Result => _result;

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs))
        {
            value.Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }
}
