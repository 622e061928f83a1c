using System.Globalization;
using System.Numerics;

namespace CudaKernels;

/// <summary>Matrix products that one measurement speaks for: of one type and one way to lie in memory, with lengths between the same powers of 2.</summary>
/// <param name="Kind">The element type.</param>
/// <param name="TransposeA">Whether A's columns are consecutive in memory.</param>
/// <param name="TransposeB">Whether B's columns are consecutive in memory.</param>
/// <param name="RowBits">The bits of the number of rows, less one: all lengths up to a power of 2, above the one before.</param>
/// <param name="ColumnBits">The same of the columns.</param>
/// <param name="DepthBits">The same of the length of the sums.</param>
/// <param name="IsAligned">Whether all rows of A and B start at multiples of 16 bytes, if the first does.</param>
internal readonly record struct MatMulClass(ElementKind Kind, bool TransposeA, bool TransposeB, int RowBits, int ColumnBits, int DepthBits, bool IsAligned)
{
    private const int AlignedBytes = 16;

    public static MatMulClass Of<T>(in MatrixOperand a, in MatrixOperand b) where T : unmanaged => new(
        ElementType<T>.Kind, a.IsTransposed, b.IsTransposed, Bits(a.Rows), Bits(b.Columns), Bits(a.Columns),
        a.LeadingDimension * ElementType<T>.Size % AlignedBytes == 0 && b.LeadingDimension * ElementType<T>.Size % AlignedBytes == 0);

    /// <summary>The class in a key on the disk.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind} {(TransposeA ? 'T' : 'N')}{(TransposeB ? 'T' : 'N')} {RowBits} {ColumnBits} {DepthBits} {(IsAligned ? "aligned" : "unaligned")}");

    private static int Bits(nint length) => length <= 1 ? 0 : BitOperations.Log2((ulong)(length - 1)) + 1;
}
