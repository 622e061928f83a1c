namespace CudaKernels.Networks;

/// <summary>Samples that lie in memory one after another.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class ArraySource<T> : ISampleSource<T> where T : unmanaged
{
    private readonly T[] _samples;
    private readonly long[] _labels;
    private readonly int _length;

    /// <param name="samples">The elements of all samples, in row-major order.</param>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="lengths">The shape of one sample.</param>
    /// <exception cref="ArgumentException">The elements are not those of as many samples of that shape as there are labels.</exception>
    public ArraySource(T[] samples, long[] labels, IReadOnlyList<nint> lengths)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(lengths);
        var length = lengths.Aggregate((nint)1, (product, one) => checked(product * one));
        if (lengths.Any(one => one < 0) || checked(length * labels.Length) != samples.Length)
        {
            throw new ArgumentException($"{labels.Length} samples of shape [{string.Join(", ", lengths)}] have {length * labels.Length} elements, {samples.Length} were given", nameof(samples));
        }

        (_samples, _labels, _length, Lengths) = (samples, labels, (int)length, [.. lengths]);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<nint> Lengths { get; }

    /// <summary>The first <paramref name="count"/> samples.</summary>
    public ArraySource<T> Take(int count) => count >= Count ? this : new ArraySource<T>(_samples[..(count * _length)], _labels[..count], Lengths);

    /// <inheritdoc/>
    public long Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Decode(int index, Span<T> destination) => _samples.AsSpan(index * _length, _length).CopyTo(destination);
}

/// <summary>Sources from files that hold all samples.</summary>
public static class ArraySource
{
    /// <summary>Reads the samples and classes of two IDX files, plain or compressed with gzip. Images [images, height, width] get a channel: [height, width, 1].</summary>
    /// <param name="samples">The file of the samples, its first dimension their number.</param>
    /// <param name="labels">The file of the classes, a vector of integers.</param>
    /// <typeparam name="T">The element type of the samples' file.</typeparam>
    /// <exception cref="InvalidDataException">A file is damaged, or the two do not fit each other.</exception>
    /// <exception cref="InvalidCastException">The samples are of another type than <typeparamref name="T"/>.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static ArraySource<T> ReadIdx<T>(string samples, string labels) where T : unmanaged
    {
        var (data, classes) = (IdxFile.Read(samples), IdxFile.Read(labels));
        nint[] channel = data.Lengths.Length == 3 ? [1] : [];
        return Create(samples, data.ToArray<T>(), [.. data.Lengths, .. channel], labels, Integers(labels, classes.Kind, classes.Lengths, classes.ToArray<byte>, classes.ToArray<int>, null));
    }

    /// <summary>Reads the samples and classes of two npy files, plain or compressed with gzip.</summary>
    /// <param name="samples">The file of the samples, its first dimension their number.</param>
    /// <param name="labels">The file of the classes, a vector of integers.</param>
    /// <typeparam name="T">The element type of the samples' file.</typeparam>
    /// <exception cref="InvalidDataException">A file is damaged, or the two do not fit each other.</exception>
    /// <exception cref="InvalidCastException">The samples are of another type than <typeparamref name="T"/>.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static ArraySource<T> ReadNpy<T>(string samples, string labels) where T : unmanaged
    {
        var (data, classes) = (NpyFile.Read(samples), NpyFile.Read(labels));
        return Create(samples, data.ToArray<T>(), data.Lengths, labels, Integers(labels, classes.Kind, classes.Lengths, classes.ToArray<byte>, classes.ToArray<int>, classes.ToArray<long>));
    }

    private static ArraySource<T> Create<T>(string samplesPath, T[] samples, nint[] lengths, string labelsPath, long[] labels) where T : unmanaged => lengths.Length > 0 && lengths[0] == labels.Length
        ? new ArraySource<T>(samples, labels, lengths[1..])
        : throw new InvalidDataException($"{samplesPath} holds an array of shape [{string.Join(", ", lengths)}], {labelsPath} {labels.Length} classes: the first length is the number of samples");

    private static long[] Integers(string path, ElementKind kind, nint[] lengths, Func<byte[]> bytes, Func<int[]> integers, Func<long[]>? longs)
    {
        if (lengths.Length != 1)
        {
            throw new InvalidDataException($"{path}: classes are a vector, the file holds an array of shape [{string.Join(", ", lengths)}]");
        }

        return kind switch
        {
            ElementKind.UInt8 => Array.ConvertAll(bytes(), value => (long)value),
            ElementKind.Int32 => Array.ConvertAll(integers(), value => (long)value),
            ElementKind.Int64 when longs is not null => longs(),
            _ => throw new InvalidDataException($"{path}: classes are integers (u8, i32, i64), the file holds {ElementTypes.ShortName(kind)}"),
        };
    }
}
