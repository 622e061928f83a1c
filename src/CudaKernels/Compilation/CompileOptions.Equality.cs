using System.Collections.ObjectModel;

namespace CudaKernels;

/// <content>Checks of the lists, and equality by what they hold.</content>
public sealed partial record CompileOptions
{
    // New enough for every option, so that two option sets can be compared without a compiler at hand.
    private static readonly Version s_anyVersion = new(int.MaxValue, 0);

    /// <summary>Equal when the same arguments and the same kernels, in any order, result.</summary>
    public bool Equals(CompileOptions? other) =>
        other is not null
        && ToArguments(s_anyVersion).SequenceEqual(other.ToArguments(s_anyVersion), StringComparer.Ordinal)
        && Kernels.Count == other.Kernels.Count
        && Kernels.Order(StringComparer.Ordinal).SequenceEqual(other.Kernels.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var argument in ToArguments(s_anyVersion))
            hash.Add(argument, StringComparer.Ordinal);
        foreach (var kernel in Kernels.Order(StringComparer.Ordinal))
            hash.Add(kernel, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    private static IReadOnlyList<string> CheckedTexts(IReadOnlyList<string> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        for (var i = 0; i < values.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(values[i]) || values[i].Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"{name}[{i}] is empty or contains a NUL character: '{values[i]}'", name);
        }

        return values;
    }

    private static ReadOnlyDictionary<string, string?> CheckedDefines(IReadOnlyDictionary<string, string?> values)
    {
        ArgumentNullException.ThrowIfNull(values, nameof(Defines));
        var sorted = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw new ArgumentException($"a macro's name is a C identifier; got '{name}'", nameof(Defines));
            if (value is not null && value.AsSpan().ContainsAny('\0', '\n', '\r'))
                throw new ArgumentException($"the value of macro {name} contains a line break or NUL", nameof(Defines));
            sorted.Add(name, value);
        }

        return new ReadOnlyDictionary<string, string?>(sorted);
    }
}
