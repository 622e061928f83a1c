namespace CudaKernels.Networks;

/// <summary>One named piece of a state: how it is saved, checked and restored.</summary>
internal abstract class CheckpointPiece(string name, ElementKind kind)
{
    public string Name => name;

    /// <summary>Whether it is restored after the others.</summary>
    public abstract bool IsSetLast { get; }

    /// <summary>Adds the piece to a file.</summary>
    public abstract void Collect(SafetensorsWriter writer);

    /// <summary>Takes the piece from a file that <see cref="Require"/> passed.</summary>
    public abstract void Restore(SafetensorsFile file);

    /// <summary>Checks that a file has the piece.</summary>
    /// <exception cref="InvalidDataException">It has not.</exception>
    public void Require(SafetensorsFile file)
    {
        var entry = file.TryGetEntry(name) ?? throw new InvalidDataException($"{file.Path}: no '{name}' there; the checkpoint is of another network or optimizer");
        if (entry.Kind != kind || !Fits(entry.Lengths))
        {
            throw new InvalidDataException($"{file.Path}: '{name}' is {Format(entry.Kind, entry.Lengths)} there and {Wanted} here");
        }
    }

    /// <summary>What the piece is, for messages.</summary>
    protected abstract string Wanted { get; }

    protected abstract bool Fits(ReadOnlySpan<nint> lengths);

    protected static string Format(ElementKind kind, ReadOnlySpan<nint> lengths) => $"{ElementTypes.ShortName(kind)} [{string.Join(", ", lengths.ToArray())}]";

    /// <summary>The elements of a tensor.</summary>
    public sealed class OfTensor<T>(string name, DeviceTensor<T> tensor) : CheckpointPiece(name, ElementType<T>.Kind) where T : unmanaged
    {
        public override bool IsSetLast => false;

        protected override string Wanted => Format(ElementType<T>.Kind, tensor.Lengths);

        public override void Collect(SafetensorsWriter writer) => writer.Add(Name, tensor);

        public override void Restore(SafetensorsFile file) => file.CopyTo(Name, tensor);

        protected override bool Fits(ReadOnlySpan<nint> lengths) => lengths.SequenceEqual(tensor.Lengths);
    }

    /// <summary>One number, or a list of any length.</summary>
    public sealed class OfNumbers<T>(string name, bool isScalar, Func<T[]> get, Action<T[]> set) : CheckpointPiece(name, ElementType<T>.Kind) where T : unmanaged
    {
        public override bool IsSetLast => true;

        protected override string Wanted => isScalar ? Format(ElementType<T>.Kind, []) : $"{ElementTypes.ShortName(ElementType<T>.Kind)} of one dimension";

        public override void Collect(SafetensorsWriter writer)
        {
            var numbers = get();
            writer.Add(Name, numbers, isScalar ? [] : [numbers.Length]);
        }

        public override void Restore(SafetensorsFile file) => set(file.ToArray<T>(Name));

        protected override bool Fits(ReadOnlySpan<nint> lengths) => lengths.Length == (isScalar ? 0 : 1);
    }
}
