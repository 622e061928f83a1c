namespace CudaKernels;

/// <summary>Random operations on the processor: chunks of fixed size, whose outputs are made block by block in the first-level cache.</summary>
internal static unsafe class ManagedRandom
{
    /// <summary>A body may read and write whole groups of so many outputs.</summary>
    public const int Padding = 64;

    /// <summary>Elements per piece of work: a multiple of <see cref="Block"/>.</summary>
    private const int Chunk = 32 * 1024;

    /// <summary>Outputs that are made at a time.</summary>
    private const int Block = 1024;

    public static void Run<T, TBody>(CpuDevice device, in PhiloxState position, TBody body, T* y, T* x, nint count)
        where T : unmanaged
        where TBody : struct, IRandomBody<T> =>
        ManagedParallel.For((count + Chunk - 1) / Chunk, device.Options.Threads, new Work<T, TBody>(position, body, y, x, count));

    private readonly struct Work<T, TBody>(PhiloxState position, TBody body, T* y, T* x, nint count) : IParallelBody
        where T : unmanaged
        where TBody : struct, IRandomBody<T>
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var outputs = stackalloc uint[Block];
            var room = stackalloc T[Block];
            var end = Math.Min(((nint)chunk + 1) * Chunk, count);
            for (var i = (nint)chunk * Chunk; i < end; i += Block / TBody.OutputsPerElement)
            {
                var length = (int)Math.Min(Block / TBody.OutputsPerElement, end - i);
                var padded = ((length * TBody.OutputsPerElement) + Padding - 1) / Padding * Padding;
                Philox.Fill(position, (ulong)i * (ulong)TBody.OutputsPerElement, new Span<uint>(outputs, padded));
                if (x != null)
                {
                    new ReadOnlySpan<T>(x + i, length).CopyTo(new Span<T>(room, length));
                    new Span<T>(room + length, (padded / TBody.OutputsPerElement) - length).Clear();
                }

                _body.Run(outputs, room, x == null ? null : room, padded / TBody.OutputsPerElement);
                new ReadOnlySpan<T>(room, length).CopyTo(new Span<T>(y + i, length));
            }
        }
    }
}
