using CudaKernels.Catalog.Cases;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace CudaKernels.Catalog;

/// <summary>Makes the tensors of one run of a case, and disposes them afterwards.</summary>
/// <param name="device">Where the tensors live.</param>
/// <param name="shape">The size of the run.</param>
/// <param name="variant">The implementation to run, empty for the default one.</param>
/// <param name="seed">The seed of the random inputs.</param>
/// <param name="specials">Whether inputs may hold NaN, infinities, zeros of both signs and subnormals: a check does, a bench does not.</param>
public sealed class CaseInputs(ComputeDevice device, CaseShape shape, string variant, int seed, bool specials) : IDisposable
{
    private const int FewestOfThreads = 1 << 20;
    private const int ElementsOfThread = 1 << 16;

    private readonly List<IDisposable> _owned = [];
    private readonly Random _random = new(seed);

    /// <summary>Where the tensors live.</summary>
    public ComputeDevice Device => device;

    /// <summary>The size of the run.</summary>
    public CaseShape Shape => shape;

    /// <summary>The lengths of the run.</summary>
    public nint[] Lengths => shape.Lengths;

    /// <summary>The implementation to run.</summary>
    public string Variant => variant;

    /// <summary>Whether NaN, infinities and other special values belong among the inputs: in a check, not in a bench.</summary>
    public bool HasSpecials => specials;

    /// <summary>Random choices of a case itself, such as an axis.</summary>
    public Random Random => _random;

    /// <summary>A random input tensor, uniform in a range (rounded to <typeparamref name="T"/>; masks are even odds).</summary>
    /// <param name="lengths">The shape.</param>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest value.</param>
    /// <param name="withSpecials">Whether NaN, infinities, zeros and subnormals are mixed into floating inputs of a check.</param>
    public CaseTensor<T> Input<T>(ReadOnlySpan<nint> lengths, double low = -4, double high = 4, bool withSpecials = false) where T : unmanaged
    {
        var data = new T[Count(lengths)];
        if (data.Length < FewestOfThreads)
        {
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = Element<T>(_random.NextDouble(), low, high);
            }
        }
        else
        {
            FillByThreads(data, low, high);
        }

        if (withSpecials && specials && data.Length >= 16)
        {
            var values = CaseElement.Specials<T>();
            for (var i = 0; i < values.Length; i++)
            {
                data[_random.Next(data.Length)] = values[i];
            }
        }

        return Input(data, lengths);
    }

    /// <summary>An input tensor with given elements, laid out as the shape asks.</summary>
    public CaseTensor<T> Input<T>(T[] data, ReadOnlySpan<nint> lengths) where T : unmanaged => Input(data, lengths, shape.Layout);

    /// <summary>An input tensor with given elements in a given layout.</summary>
    public CaseTensor<T> Input<T>(T[] data, ReadOnlySpan<nint> lengths, CaseLayout layout) where T : unmanaged
    {
        var tensor = Place<T>(lengths, layout);
        tensor.CopyFrom(data);
        return new CaseTensor<T>(tensor, data);
    }

    /// <summary>An output tensor, poisoned (every byte 0xFF: NaN in the floating types) so that an element left unwritten shows.</summary>
    public DeviceTensor<T> Output<T>(ReadOnlySpan<nint> lengths) where T : unmanaged
    {
        var tensor = Place<T>(lengths, shape.Layout);
        var poison = new T[Count(lengths)];
        if (typeof(T) != typeof(bool))
        {
            MemoryMarshal.AsBytes(poison.AsSpan()).Fill(0xFF);
        }

        tensor.CopyFrom(poison);
        return tensor;
    }

    /// <summary>Disposes <paramref name="resource"/> with the run.</summary>
    public TResource Own<TResource>(TResource resource) where TResource : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }

    private static T Element<T>(double random, double low, double high) where T : unmanaged =>
        CaseElement.FromDouble<T>(typeof(T) == typeof(bool) ? (random < 0.5 ? 0 : 1) : low + ((high - low) * random));

    // Each element is made of its place alone, by the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    private void FillByThreads<T>(T[] data, double low, double high) where T : unmanaged
    {
        var start = (ulong)_random.NextInt64();
        Parallel.ForEach(Partitioner.Create(0, data.Length, ElementsOfThread), part =>
        {
            for (var i = part.Item1; i < part.Item2; i++)
            {
                var bits = start + ((ulong)i * 0x9E3779B97F4A7C15);
                bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
                bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
                data[i] = Element<T>(((bits ^ (bits >> 31)) >> 11) * (1.0 / (1UL << 53)), low, high);
            }
        });
    }

    private DeviceTensor<T> Place<T>(ReadOnlySpan<nint> lengths, CaseLayout layout) where T : unmanaged
    {
        switch (layout)
        {
            case CaseLayout.Unaligned:
                {
                    var padded = Own(device.CreateUninitializedTensor<T>([Count(lengths) + 1]));
                    using var tail = padded.Slice(1..);
                    return Own(tail.Reshape(lengths));
                }

            case CaseLayout.Strided when lengths.Length > 0:
                {
                    var memory = lengths.ToArray();
                    if (memory.Length >= 2)
                    {
                        (memory[^1], memory[^2]) = (memory[^2], memory[^1]);
                    }

                    memory[^1] += 3;
                    var padded = Own(device.CreateUninitializedTensor<T>(memory));
                    var ranges = new Range[memory.Length];
                    Array.Fill(ranges, Range.All);
                    ranges[^1] = 1..^2;
                    var inner = Own(padded.Slice(ranges));
                    return memory.Length >= 2 ? Own(inner.TransposeView()) : inner;
                }

            default:
                return Own(device.CreateUninitializedTensor<T>(lengths));
        }
    }

    private static nint Count(ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        return count;
    }
}

/// <summary>An input tensor together with its elements as the device sees them, widened to float64.</summary>
/// <param name="Tensor">The tensor on the device.</param>
/// <param name="Data">Its elements.</param>
public sealed record CaseTensor<T>(DeviceTensor<T> Tensor, T[] Data) where T : unmanaged
{
    private double[]? _values;

    /// <summary>The elements in row-major order, as float64.</summary>
    public double[] Values => _values ??= WideReference.Map(Data, (element, _) => CaseElement.ToDouble(element));

    /// <summary>Puts another value in the place of an element.</summary>
    public void Set(Index place, T value)
    {
        Data[place] = value;
        Tensor.CopyFrom(Data);
        _values = null;
    }
}
