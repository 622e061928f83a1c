namespace CudaKernels.Networks;

/// <summary>Samples of a data set with their classes, each of which can be had by itself.</summary>
/// <remarks>A <see cref="BatchLoader{T}"/> calls <see cref="Decode"/> from several threads at once.</remarks>
/// <typeparam name="T">The element type, such as byte for images.</typeparam>
public interface ISampleSource<T> where T : unmanaged
{
    /// <summary>How many samples.</summary>
    int Count { get; }

    /// <summary>The shape of every sample; images are [height, width, channels].</summary>
    IReadOnlyList<nint> Lengths { get; }

    /// <summary>The class of a sample.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    long Label(int index);

    /// <summary>Writes the elements of a sample, in row-major order.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Takes the product of <see cref="Lengths"/> elements.</param>
    void Decode(int index, Span<T> destination);
}
