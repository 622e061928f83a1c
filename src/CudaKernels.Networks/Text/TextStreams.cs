namespace CudaKernels.Networks;

/// <summary>
/// A text cut into as many streams as a batch has rows, which are read side by side in pieces of some steps: the state that a model ends
/// a piece with is that which the next piece of each stream begins with. What does not fill all streams and pieces is left out.
/// </summary>
public sealed class TextStreams
{
    private readonly long[] _text;
    private readonly int _length;

    /// <summary>Cuts a text.</summary>
    /// <param name="text">The numbers of its characters.</param>
    /// <param name="batch">Streams.</param>
    /// <param name="steps">Characters of a piece.</param>
    /// <exception cref="ArgumentException">The text has no piece for each stream, and a character more.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public TextStreams(long[] text, int batch, int steps)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (_text, Batch, Steps) = (text, batch, steps);
        // The last character is only ever a target.
        _length = (text.Length - 1) / batch;
        Pieces = _length / steps;
        if (Pieces < 1)
        {
            throw new ArgumentException($"{batch} streams in pieces of {steps} need {((long)batch * steps) + 1} characters, got {text.Length}", nameof(text));
        }
    }

    /// <summary>Streams.</summary>
    public int Batch { get; }

    /// <summary>Characters of a piece.</summary>
    public int Steps { get; }

    /// <summary>Pieces of a stream.</summary>
    public int Pieces { get; }

    /// <summary>Reads a piece of every stream.</summary>
    /// <param name="piece">Which one.</param>
    /// <param name="inputs">[steps, batch]: the characters.</param>
    /// <param name="targets">[steps, batch]: the characters after them.</param>
    public void Read(int piece, Span<long> inputs, Span<long> targets)
    {
        for (var step = 0; step < Steps; step++)
        {
            for (var stream = 0; stream < Batch; stream++)
            {
                var place = (stream * _length) + (piece * Steps) + step;
                inputs[(step * Batch) + stream] = _text[place];
                targets[(step * Batch) + stream] = _text[place + 1];
            }
        }
    }
}
