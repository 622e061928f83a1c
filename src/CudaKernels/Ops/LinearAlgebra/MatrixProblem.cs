using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The sizes of a batched product C = op(A)·op(B) and where its matrices lie, in elements. The kernels read the same struct (common/matrix_problem.cuh).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MatrixProblem(MatrixOperand a, MatrixOperand b, MatrixOperand c, in MatrixBatch batch)
{
    public long M = c.Rows;
    public long N = c.Columns;
    public long K = a.Columns;
    public long LeadingA = a.LeadingDimension;
    public long LeadingB = b.LeadingDimension;
    public long LeadingC = c.LeadingDimension;
    public long Batch = batch.Count;
    public long StepA = batch.StepA;
    public long StepB = batch.StepB;
    public long StepC = batch.StepC;
}

/// <summary>Matrices at even steps inside three tensors.</summary>
/// <param name="Count">How many.</param>
/// <param name="AtA">Elements before the first of A.</param>
/// <param name="AtB">Elements before the first of B.</param>
/// <param name="AtC">Elements before the first of C.</param>
/// <param name="StepA">Elements between those of A; 0 where all products share one.</param>
/// <param name="StepB">Elements between those of B; 0 where all products share one.</param>
/// <param name="StepC">Elements between those of C.</param>
internal readonly record struct MatrixBatch(long Count, long AtA, long AtB, long AtC, long StepA, long StepB, long StepC)
{
    /// <summary>The matrices in order, no more than so many in one part.</summary>
    public MatrixBatchParts Parts(long most) => new(this, most);

    /// <summary>The matrices from one on, some of them.</summary>
    public MatrixBatch Part(long first, long count) => this with { Count = count, AtA = AtA + (first * StepA), AtB = AtB + (first * StepB), AtC = AtC + (first * StepC) };
}

/// <summary>The parts of a batch that is too long for one launch.</summary>
internal struct MatrixBatchParts(MatrixBatch all, long most)
{
    private long _next;

    /// <summary>The part.</summary>
    public MatrixBatch Current { get; private set; }

    /// <summary>Goes over the parts.</summary>
    public readonly MatrixBatchParts GetEnumerator() => this;

    /// <summary>Takes the next part, if there is one.</summary>
    public bool MoveNext()
    {
        if (_next >= all.Count)
        {
            return false;
        }

        Current = all.Part(_next, Math.Min(all.Count - _next, most));
        _next += Current.Count;
        return true;
    }
}
