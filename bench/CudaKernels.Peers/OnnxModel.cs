namespace CudaKernels.Peers;

/// <summary>An ONNX model of one operation on float tensors, as the bytes of a file. Field numbers are those of onnx.proto.</summary>
/// <param name="operation">The operator, of opset 20.</param>
/// <param name="inputs">The shapes of the inputs, which are named x0, x1, ….</param>
/// <param name="output">The shape of the output, which is named y.</param>
internal sealed class OnnxModel(string operation, long[][] inputs, long[] output)
{
    private const int IrVersion = 9;
    private const int Opset = 20;
    private const int FloatElement = 1;
    private const int FloatAttribute = 1;
    private const int IntAttribute = 2;
    private const int IntsAttribute = 7;
    private readonly List<ProtobufMessage> _attributes = [];

    public OnnxModel With(string name, float value)
    {
        _attributes.Add(Attribute(name, FloatAttribute).Single(2, value));
        return this;
    }

    public OnnxModel With(string name, long value)
    {
        _attributes.Add(Attribute(name, IntAttribute).Number(3, value));
        return this;
    }

    public OnnxModel With(string name, params ReadOnlySpan<long> values)
    {
        var attribute = Attribute(name, IntsAttribute);
        foreach (var value in values)
        {
            attribute.Number(8, value);
        }

        _attributes.Add(attribute);
        return this;
    }

    public byte[] ToArray()
    {
        var node = new ProtobufMessage();
        for (var i = 0; i < inputs.Length; i++)
        {
            node.Text(1, $"x{i}");
        }

        node.Text(2, "y").Text(4, operation);
        foreach (var attribute in _attributes)
        {
            node.Message(5, attribute);
        }

        var graph = new ProtobufMessage().Message(1, node).Text(2, operation);
        for (var i = 0; i < inputs.Length; i++)
        {
            graph.Message(11, Tensor($"x{i}", inputs[i]));
        }

        graph.Message(12, Tensor("y", output));
        return new ProtobufMessage().Number(1, IrVersion).Message(7, graph).Message(8, new ProtobufMessage().Text(1, "").Number(2, Opset)).ToArray();
    }

    private static ProtobufMessage Attribute(string name, int type) => new ProtobufMessage().Text(1, name).Number(20, type);

    private static ProtobufMessage Tensor(string name, long[] lengths)
    {
        var shape = new ProtobufMessage();
        foreach (var length in lengths)
        {
            shape.Message(1, new ProtobufMessage().Number(1, length));
        }

        var type = new ProtobufMessage().Message(1, new ProtobufMessage().Number(1, FloatElement).Message(2, shape));
        return new ProtobufMessage().Text(1, name).Message(2, type);
    }
}
