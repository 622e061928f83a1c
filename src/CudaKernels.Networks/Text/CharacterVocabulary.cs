namespace CudaKernels.Networks;

/// <summary>The characters of a text in the order of their codes, numbered from 0.</summary>
public sealed class CharacterVocabulary
{
    private readonly char[] _characters;

    /// <summary>Numbers the characters that occur in a text.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public CharacterVocabulary(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _characters = [.. text.Distinct().Order()];
    }

    /// <summary>How many characters there are.</summary>
    public int Count => _characters.Length;

    /// <summary>The numbers of a text's characters.</summary>
    /// <exception cref="ArgumentException">A character is not in the vocabulary.</exception>
    public long[] Encode(ReadOnlySpan<char> text)
    {
        var numbers = new long[text.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var place = Array.BinarySearch(_characters, text[i]);
            numbers[i] = place >= 0 ? place : throw new ArgumentException($"'{text[i]}' (U+{(int)text[i]:X4}) at place {i} is not among the {Count} characters of the vocabulary", nameof(text));
        }

        return numbers;
    }

    /// <summary>The character of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such character.</exception>
    public char Decode(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        return _characters[number];
    }
}
