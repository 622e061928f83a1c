using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>One operand of a cell: where its first column lies, and the elements from row to row. A null pointer stands for zeros.</summary>
internal readonly record struct CellOperand(nint Pointer, nint RowStep);

/// <summary>The operands of a cell in the order of its body, the inputs before the outputs.</summary>
internal unsafe struct CellOperands
{
    /// <summary>The most inputs and outputs together.</summary>
    public const int Most = 16;

    private Operands _operands;
    private int _count;

    public readonly CellOperand this[int index] => _operands[index];

    /// <summary>Adds the column blocks of a dense matrix [rows, gates·width], one operand each.</summary>
    public CellOperands Gates<T>(DeviceTensor<T> matrix, CellShape shape) where T : unmanaged
    {
        for (var gate = 0; gate < shape.Gates; gate++)
        {
            _operands[_count++] = new((nint)(ManagedSpan.Pointer(matrix) + (gate * shape.Width)), (nint)shape.Gates * shape.Width);
        }

        return this;
    }

    /// <summary>Adds a dense matrix [rows, width]; zeros for null.</summary>
    public CellOperands State<T>(DeviceTensor<T>? matrix, CellShape shape) where T : unmanaged
    {
        _operands[_count++] = matrix is null ? default : new((nint)ManagedSpan.Pointer(matrix), shape.Width);
        return this;
    }

    [InlineArray(Most)]
    private struct Operands
    {
        private CellOperand _first;
    }
}
