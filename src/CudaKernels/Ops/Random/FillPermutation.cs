using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_permutation = new KernelFile("random/permutation.cu").Template("permutation<{0}>", [ElementKind.Int32, ElementKind.Int64]);

    extension(DeviceTensor<int> destination)
    {
        /// <inheritdoc cref="FillPermutation(DeviceTensor{long}, PhiloxState)"/>
        public PhiloxState FillPermutation(PhiloxState position) => RunPermutation(destination, position);
    }

    extension(DeviceTensor<long> destination)
    {
        /// <summary>
        /// Fills the tensor, in row-major order, with a random permutation of 0 to n - 1, n its number of elements. Each element is made by itself,
        /// with no sort: a Feistel network of sixteen rounds permutes the smallest power of two from 256 on that holds n indices, and an index that
        /// leaves the range is sent round again until it is back. That is a permutation by construction, whatever the bits are, and the same on every device.
        /// </summary>
        /// <remarks>
        /// Quality: the keys of the rounds are sixteen outputs of the position, so that at most 2⁵¹² of the n! permutations can come. In the tests all permutations
        /// of three, four and five elements come equally often. It is made for shuffling data, not for cryptography.
        /// </remarks>
        /// <param name="position">Where the sixteen outputs come from.</param>
        /// <returns>The position behind the outputs that were used, sixteen for any length.</returns>
        /// <exception cref="ArgumentException">The tensor of int has more than 2³¹ elements.</exception>
        public PhiloxState FillPermutation(PhiloxState position) => RunPermutation(destination, position);
    }

    private static unsafe PhiloxState RunPermutation<T>(DeviceTensor<T> destination, PhiloxState position) where T : unmanaged, IBinaryInteger<T>
    {
        ArgumentNullException.ThrowIfNull(destination);
        var next = position.Advance(IndexPermutation.Rounds);
        if (destination.IsEmpty)
        {
            return next;
        }

        if (typeof(T) == typeof(int) && destination.FlattenedLength - 1 > int.MaxValue)
        {
            throw new ArgumentException($"a permutation of {destination.FlattenedLength} indices does not fit into int: use long", nameof(destination));
        }

        if (!destination.IsDense)
        {
            using var dense = NewLike(destination);
            RunPermutation(dense, position);
            dense.CopyTo(destination);
            return next;
        }

        var permutation = new IndexPermutation(destination.FlattenedLength, position);
        if (destination.Device is CudaDevice cuda)
        {
            destination.Stream!.Launch(cuda.GetKernel(s_permutation, Types<T>()), LaunchConfig.Cover(destination.FlattenedLength), destination.Output, KernelArgument.Struct(&permutation));
            return next;
        }

        using var hold = new BlockHold(destination.Block);
        const int chunk = 4 * 1024;
        var chunks = (destination.FlattenedLength + chunk - 1) / chunk;
        ManagedParallel.For(chunks, ((CpuDevice)destination.Device).Options.Threads, new PermutationWork<T>(permutation, ManagedSpan.Pointer(destination), destination.FlattenedLength, chunk));
        return next;
    }

    private readonly unsafe struct PermutationWork<T>(IndexPermutation permutation, T* y, nint count, int chunk) : IParallelBody where T : unmanaged, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long number)
        {
            var end = Math.Min(((nint)number + 1) * chunk, count);
            for (var i = (nint)number * chunk; i < end; i++)
            {
                y[i] = T.CreateTruncating(permutation.At(i));
            }
        }
    }
}
