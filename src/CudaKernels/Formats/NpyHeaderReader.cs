using System.Globalization;

namespace CudaKernels;

/// <summary>Takes the literals of an npy header from its text, one after another.</summary>
internal sealed class NpyHeaderReader(string text)
{
    private int _position;

    public bool TryTake(char wanted)
    {
        SkipBlanks();
        if (_position < text.Length && text[_position] == wanted)
        {
            _position++;
            return true;
        }

        return false;
    }

    public void Expect(char wanted)
    {
        if (!TryTake(wanted))
        {
            throw Unexpected($"'{wanted}'");
        }
    }

    public void ExpectEnd()
    {
        SkipBlanks();
        if (_position < text.Length)
        {
            throw Unexpected("the end");
        }
    }

    public string ReadString()
    {
        SkipBlanks();
        var quote = _position < text.Length ? text[_position] : ' ';
        var end = quote is '\'' or '"' ? text.IndexOf(quote, _position + 1) : -1;
        if (end < 0)
        {
            throw Unexpected("a string");
        }

        var value = text[(_position + 1)..end];
        _position = end + 1;
        return value;
    }

    public bool ReadBoolean()
    {
        SkipBlanks();
        var rest = text.AsSpan(_position);
        var value = rest.StartsWith("True");
        if (!value && !rest.StartsWith("False"))
        {
            throw Unexpected("True or False");
        }

        _position += value ? 4 : 5;
        return value;
    }

    public nint[] ReadLengths()
    {
        var lengths = new List<nint>();
        Expect('(');
        while (!TryTake(')'))
        {
            lengths.Add(ReadLength());
            if (lengths.Count > NpyHeader.MaxRank)
            {
                throw new FormatException($"more than {NpyHeader.MaxRank} dimensions");
            }

            if (!TryTake(','))
            {
                // (3) is a number in Python, not a tuple.
                if (lengths.Count == 1)
                {
                    throw Unexpected("','");
                }

                Expect(')');
                break;
            }
        }

        return [.. lengths];
    }

    private nint ReadLength()
    {
        SkipBlanks();
        var start = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position]))
        {
            _position++;
        }

        if (_position == start)
        {
            throw Unexpected("a length");
        }

        var digits = text.AsSpan(start, _position - start);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? (nint)value
            : throw new FormatException($"length {digits} does not fit into 64 bits");
    }

    private void SkipBlanks()
    {
        while (_position < text.Length && text[_position] is ' ' or '\n' or '\t' or '\r')
        {
            _position++;
        }
    }

    private FormatException Unexpected(string wanted) =>
        new($"{wanted} expected at character {_position} of the header, found {(_position < text.Length ? $"'{text[_position]}'" : "its end")}");
}
