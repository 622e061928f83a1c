using System.Numerics;

namespace CudaKernels;

/// <summary>An element and its index along the reduced dimension; a negative index stands for no element.</summary>
internal readonly record struct Candidate<T>(T Value, long Index) where T : unmanaged, INumber<T>
{
    public static Candidate<T> None => new(T.Zero, -1);

    /// <summary>The larger (<paramref name="direction"/> 1) or smaller (-1) candidate, <paramref name="a"/> standing before <paramref name="b"/> and winning a tie.</summary>
    public static Candidate<T> Better(Candidate<T> a, Candidate<T> b, int direction)
    {
        if (b.Index < 0)
        {
            return a;
        }

        return a.Index < 0 || Beats(b.Value, a.Value, direction) ? b : a;
    }

    private static bool Beats(T x, T y, int direction)
    {
        if (T.IsNaN(x) || T.IsNaN(y))
        {
            return !T.IsNaN(y);
        }

        if (x == y)
        {
            // Only zeros are equal with different signs: -0 is below +0.
            return T.IsNegative(x) != T.IsNegative(y) && T.IsNegative(y) == direction > 0;
        }

        return x > y == direction > 0;
    }
}
