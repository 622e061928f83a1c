namespace CudaKernels;

/// <summary>The matrices of a batched product C = A·B with further operands, one after the other: all dimensions but the last two, in which A, B and the operands broadcast to C.</summary>
internal readonly struct BatchLoop
{
    // Where the tensors stand among the operands of the loop.
    private const int C = 0;
    private const int A = 1;
    private const int B = 2;
    private const int FirstOperand = 3;

    private readonly OperandLoop _loop;

    private BatchLoop(OperandLoop loop) => _loop = loop;

    /// <summary>How many matrices there are.</summary>
    public long Count => _loop.Count;

    /// <summary>The loop over the matrices of C.</summary>
    public static BatchLoop Create<T>(DeviceTensor<T> c, DeviceTensor<T> a, DeviceTensor<T> b, params ReadOnlySpan<DeviceTensor<T>> operands) where T : unmanaged
    {
        var lengths = c.Lengths[..^2];
        Span<nint> strides = stackalloc nint[(FirstOperand + operands.Length) * TensorLayout.MaxRank];
        Span<nint> whole = stackalloc nint[TensorLayout.MaxRank];
        c.Strides[..^2].CopyTo(strides);
        TensorLayout.BroadcastStrides(a.Lengths[..^2], a.Strides[..^2], lengths, strides.Slice(A * TensorLayout.MaxRank, lengths.Length));
        TensorLayout.BroadcastStrides(b.Lengths[..^2], b.Strides[..^2], lengths, strides.Slice(B * TensorLayout.MaxRank, lengths.Length));
        for (var i = 0; i < operands.Length; i++)
        {
            TensorLayout.BroadcastStrides(operands[i].Lengths, operands[i].Strides, c.Lengths, whole[..c.Rank]);
            whole[..lengths.Length].CopyTo(strides[((FirstOperand + i) * TensorLayout.MaxRank)..]);
        }

        return new BatchLoop(OperandLoop.Create(lengths, strides));
    }

    /// <summary>The matrices from one on that lie at even steps, which one launch takes: those of the innermost dimension. The others are left over only by unusual strides.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="most">No more than these.</param>
    public MatrixBatch From(long first, long most = long.MaxValue) => new(
        Math.Min(_loop.InnerLength - (first % _loop.InnerLength), most),
        _loop.Offset(A, first),
        _loop.Offset(B, first),
        _loop.Offset(C, first),
        _loop.InnerStride(A),
        _loop.InnerStride(B),
        _loop.InnerStride(C));

    /// <summary>Elements of a further operand before those of a matrix.</summary>
    public long Offset(int operand, long matrix) => _loop.Offset(FirstOperand + operand, matrix);

    /// <summary>Elements of a further operand between matrices at even steps.</summary>
    public long Step(int operand) => _loop.InnerStride(FirstOperand + operand);
}
