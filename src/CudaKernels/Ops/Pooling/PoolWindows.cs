using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Which elements each window of a mean covers.</summary>
internal interface IPoolWindows
{
    (int Begin, int End) Rows(int p);

    (int Begin, int End) Columns(int q);

    /// <summary>The windows, along the height, that cover a row.</summary>
    (int Begin, int End) RowsOver(int row);

    /// <summary>The windows, along the width, that cover a column.</summary>
    (int Begin, int End) ColumnsOver(int column);

    /// <summary>What the sum of a window is divided by.</summary>
    int Divisor(int p, int q);
}

/// <summary>Windows of one size at even steps.</summary>
internal readonly struct FixedWindows(ConvolutionShape shape, bool countsPadding) : IPoolWindows
{
    private readonly ConvolutionShape _shape = shape;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) Rows(int p) => ManagedPooling.Window(p, _shape.StrideY, _shape.PaddingY, _shape.FilterHeight, _shape.Height);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) Columns(int q) => ManagedPooling.Window(q, _shape.StrideX, _shape.PaddingX, _shape.FilterWidth, _shape.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) RowsOver(int row) => ManagedPooling.Over(row, _shape.StrideY, _shape.PaddingY, _shape.FilterHeight, _shape.OutHeight);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) ColumnsOver(int column) => ManagedPooling.Over(column, _shape.StrideX, _shape.PaddingX, _shape.FilterWidth, _shape.OutWidth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Divisor(int p, int q)
    {
        if (countsPadding)
        {
            return _shape.FilterHeight * _shape.FilterWidth;
        }

        var ((top, bottom), (left, right)) = (Rows(p), Columns(q));
        return (bottom - top) * (right - left);
    }
}

/// <summary>Windows that divide the image into parts.</summary>
internal readonly struct Parts(ConvolutionShape shape) : IPoolWindows
{
    private readonly ConvolutionShape _shape = shape;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) Rows(int p) => Part(p, _shape.Height, _shape.OutHeight);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) Columns(int q) => Part(q, _shape.Width, _shape.OutWidth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) RowsOver(int row) => Part(row, _shape.OutHeight, _shape.Height);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) ColumnsOver(int column) => Part(column, _shape.OutWidth, _shape.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Divisor(int p, int q)
    {
        var ((top, bottom), (left, right)) = (Rows(p), Columns(q));
        return (bottom - top) * (right - left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Begin, int End) Part(int part, int length, int parts) => ((int)((long)part * length / parts), (int)((((long)part + 1) * length + parts - 1) / parts));
}
