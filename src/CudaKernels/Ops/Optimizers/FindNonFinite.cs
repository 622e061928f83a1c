using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_findNonFinite = new KernelFile("optimizers/find_non_finite.cu").Template("multi_tensor_find_non_finite<{0}>", ElementTypes.Floating);

    extension<T>(TensorTable<T> table) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Looks for NaN and infinities among all elements of the tensors, in one launch: whether the gradients of a scaled loss have overflowed
        /// (Micikevicius et al. 2018). The host does not wait.
        /// </summary>
        /// <param name="flag">Becomes 1 where one is found, and else stays as it was; of rank 0, 0 before the first call and after it was seen.</param>
        /// <exception cref="ArgumentException"><paramref name="flag"/> is no scalar or on another device.</exception>
        public void FindNonFinite(DeviceTensor<int> flag)
        {
            ArgumentNullException.ThrowIfNull(table);
            RequireShape(flag, [], nameof(flag));
            table.RequireDevice(flag, nameof(flag));
            if (table.Device is not CudaDevice cuda)
            {
                ManagedFindNonFinite.Run(table, flag);
            }
            else if (table.ChunkCount > 0)
            {
                table.Stream!.Launch(cuda.GetKernel(s_findNonFinite, Types<T>()), table.OneBlockAChunk, KernelArgument.Memory(table.Reading, 0, writes: false), flag.Output);
            }
        }
    }
}

/// <summary>The managed form of the search for NaN and infinities.</summary>
internal static unsafe class ManagedFindNonFinite
{
    public static void Run<T>(TensorTable<T> table, DeviceTensor<int> flag) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var hold = new BlockHold(table.Reading, flag.Block);
        ManagedParallel.For(table.ChunkCount, ((CpuDevice)table.Device).Options.Threads, new Search<T>((TensorChunk*)table.Reading.Address, ManagedSpan.Pointer(flag)));
    }

    private readonly struct Search<T>(TensorChunk* chunks, int* flag) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(long chunk)
        {
            var x = (void*)chunks[chunk].Data;
            var count = (nint)chunks[chunk].Count;
            var isFound = sizeof(T) switch
            {
                2 => IsAny((short*)x, count, Unsafe.BitCast<T, short>(T.PositiveInfinity)),
                4 => IsAny((int*)x, count, Unsafe.BitCast<T, int>(T.PositiveInfinity)),
                _ => IsAny((long*)x, count, Unsafe.BitCast<T, long>(T.PositiveInfinity)),
            };
            if (isFound)
            {
                Volatile.Write(ref *flag, 1);
            }
        }

        /// <summary>Whether the bits of an element, without its sign, are those of infinity or above.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static bool IsAny<TBits>(TBits* x, nint count, TBits infinity) where TBits : unmanaged, IBinaryInteger<TBits>, IMinMaxValue<TBits>
        {
            var (magnitude, last) = (Vector512.Create(TBits.MaxValue), Vector512.Create(infinity - TBits.One));
            nint i = 0;
            for (; i <= count - (4 * Vector512<TBits>.Count); i += 4 * Vector512<TBits>.Count)
            {
                var most = Vector512.Max(Vector512.Load(x + i) & magnitude, Vector512.Load(x + i + Vector512<TBits>.Count) & magnitude);
                most = Vector512.Max(most, Vector512.Load(x + i + (2 * Vector512<TBits>.Count)) & magnitude);
                most = Vector512.Max(most, Vector512.Load(x + i + (3 * Vector512<TBits>.Count)) & magnitude);
                if (Vector512.GreaterThanAny(most, last))
                {
                    return true;
                }
            }

            for (; i < count; i++)
            {
                if ((x[i] & TBits.MaxValue) >= infinity)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
