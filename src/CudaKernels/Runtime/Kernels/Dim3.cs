using System.Globalization;

namespace CudaKernels;

/// <summary>The size of a grid, a block or a cluster. The default value, (0, 0, 0), is no size.</summary>
/// <param name="X">The extent along x, the fastest dimension.</param>
/// <param name="Y">The extent along y.</param>
/// <param name="Z">The extent along z.</param>
public readonly record struct Dim3(uint X, uint Y = 1, uint Z = 1)
{
    /// <summary>X · Y · Z, exact up to 2⁶⁴.</summary>
    public ulong Count => (ulong)X * Y * Z;

    /// <summary>A one-dimensional size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static implicit operator Dim3(int x)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        return new Dim3((uint)x);
    }

    /// <summary><c>(x, y, z)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({X}, {Y}, {Z})");
}
