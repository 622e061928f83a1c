using System.Globalization;

namespace CudaKernels.Cli.Checks;

/// <summary>One of equal shares of a list: items <c>Index</c>, <c>Index + Count</c>, <c>Index + 2 Count</c>….</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Share(int Index, int Count)
{
    /// <summary>Reads <c>K/N</c>, the K-th of N.</summary>
    /// <exception cref="UsageException">It is not 1 &lt;= K &lt;= N.</exception>
    public static Share Parse(string text) =>
        text.Split('/') is [var which, var count] && Number(which) is { } k && Number(count) is { } n && k >= 1 && k <= n
            ? new(k - 1, n)
            : throw new UsageException($"--part takes K/N with 1 <= K <= N, such as 2/4, got '{text}'");

    /// <summary>The items of this share, in their order.</summary>
    public T[] Of<T>(IReadOnlyList<T> items)
    {
        var (index, count) = this;
        return [.. items.Where((_, i) => i % count == index)];
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
