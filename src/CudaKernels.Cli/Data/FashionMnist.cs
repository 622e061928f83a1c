using CudaKernels.Networks;

namespace CudaKernels.Cli.Data;

/// <summary>Pictures of clothing, 28 x 28 grey values, in ten classes: Fashion-MNIST, as bytes and as features of mean 0 and deviation 1.</summary>
internal static class FashionMnist
{
    /// <summary>The height and the width of a picture.</summary>
    public const int Side = 28;

    private const int ShippedTrainCount = 9000;

    // Mean and standard deviation of all grey values of the 60,000 training pictures, scaled to 0 … 1.
    private const float Mean = 0.2860f;
    private const float Deviation = 0.3530f;

    /// <summary>The names of the classes 0 to 9.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>What makes features of the bytes, as <see cref="Features"/> does: mean 0 and deviation 1.</summary>
    public static ImageAugmentation Normal { get; } = new() { Mean = [Mean], Deviation = [Deviation] };

    /// <summary>The pictures to train on and those to test with, [28, 28, 1] bytes each.</summary>
    /// <param name="folder">
    /// A folder with the four files of the full data set (<c>train-images-idx3-ubyte</c> and so on, with or without <c>.gz</c>): 60,000
    /// and 10,000 pictures in the order of the files. Null takes the 10,000 pictures that are shipped with the program, shuffled,
    /// the first 9,000 to train on and the rest to test with.
    /// </param>
    /// <param name="seed">Chooses the shuffle; unused with a folder.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or holds something else.</exception>
    public static (ArraySource<byte> Train, ArraySource<byte> Test) Load(string? folder, int seed)
    {
        if (folder is not null)
        {
            return (Read(folder, "train", expected: 60_000), Read(folder, "t10k", expected: 10_000));
        }

        var all = Read(Path.Combine(AppContext.BaseDirectory, "Data", "fashion-mnist"), "t10k", expected: 10_000);
        var order = new int[all.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new Random(seed).Shuffle(order);
        return (Select(all, order.AsSpan(0, ShippedTrainCount)), Select(all, order.AsSpan(ShippedTrainCount)));
    }

    /// <summary>Pictures as features of mean 0 and deviation 1.</summary>
    public static LabelledData Features(ArraySource<byte> pictures)
    {
        const int pixels = Side * Side;
        var features = new float[pictures.Count * pixels];
        var labels = new long[pictures.Count];
        Span<byte> bytes = stackalloc byte[pixels];
        for (var i = 0; i < labels.Length; i++)
        {
            pictures.Decode(i, bytes);
            labels[i] = pictures.Label(i);
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                features[(i * pixels) + pixel] = ((bytes[pixel] / 255f) - Mean) / Deviation;
            }
        }

        return new LabelledData(features, labels);
    }

    /// <summary>The pictures to train on, with -1 for black and 1 for white: what a tanh can make.</summary>
    /// <param name="folder">As for <see cref="Load"/>.</param>
    /// <param name="seed">As for <see cref="Load"/>.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or holds something else.</exception>
    public static LabelledData LoadSigned(string? folder, int seed)
    {
        var train = Features(Load(folder, seed).Train);
        return new LabelledData(Array.ConvertAll(train.Features, value => (2 * ((value * Deviation) + Mean)) - 1), train.Labels);
    }

    /// <summary>Pictures of -1 to 1 as the features of <see cref="Load"/>.</summary>
    public static float[] FromSigned(float[] pictures) => Array.ConvertAll(pictures, value => (((value + 1) / 2) - Mean) / Deviation);

    private static ArraySource<byte> Read(string folder, string part, int expected)
    {
        var imagesPath = Find(folder, $"{part}-images-idx3-ubyte");
        var labelsPath = Find(folder, $"{part}-labels-idx1-ubyte");
        var images = ReadBytes(imagesPath, [expected, Side, Side]);
        var labels = ReadBytes(labelsPath, [expected]);

        var classes = new long[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            classes[i] = labels[i] < ClassNames.Count
                ? labels[i]
                : throw new InvalidDataException($"{labelsPath}: label {i} is {labels[i]}, there are only the classes 0 to {ClassNames.Count - 1}");
        }

        return new ArraySource<byte>(images, classes, [Side, Side, 1]);
    }

    private static byte[] ReadBytes(string path, ReadOnlySpan<nint> lengths)
    {
        var array = IdxFile.Read(path);
        return array.Kind == ElementKind.UInt8 && lengths.SequenceEqual(array.Lengths)
            ? array.Data
            : throw new InvalidDataException(
                $"{path}: u8 [{string.Join(", ", lengths.ToArray())}] expected, the file holds {ElementTypes.ShortName(array.Kind)} [{string.Join(", ", array.Lengths)}]");
    }

    private static string Find(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        var compressed = plain + ".gz";
        return File.Exists(plain) ? plain
            : File.Exists(compressed) ? compressed
            : throw new FileNotFoundException($"neither {name} nor {name}.gz stands in {Path.GetFullPath(folder)}", plain);
    }

    private static ArraySource<byte> Select(ArraySource<byte> from, ReadOnlySpan<int> places)
    {
        const int pixels = Side * Side;
        var images = new byte[places.Length * pixels];
        var labels = new long[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            from.Decode(places[i], images.AsSpan(i * pixels, pixels));
            labels[i] = from.Label(places[i]);
        }

        return new ArraySource<byte>(images, labels, from.Lengths);
    }
}
