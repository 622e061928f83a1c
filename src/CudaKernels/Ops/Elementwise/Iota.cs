using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private const int IotaChunk = 32 * 1024;

    private static readonly KernelFile s_iotaFile = new("elementwise/iota.cu");
    private static readonly KernelTemplate s_iotaFloating = s_iotaFile.Template("iota<{0}, double>", ElementTypes.Floating);
    private static readonly KernelTemplate s_iotaInteger = s_iotaFile.Template("iota<{0}, i64>", ElementTypes.Integers);

    extension<T>(DeviceTensor<T> destination) where T : unmanaged, INumber<T>
    {
        /// <summary>Sets element i, in row-major order, to start + i·step: in double for floating types, in 64-bit integers (which wrap around) else.</summary>
        /// <param name="start">The first element.</param>
        /// <param name="step">The difference of neighbours.</param>
        /// <exception cref="ArgumentException">The tensor is not dense.</exception>
        public unsafe void Iota(T start, T step)
        {
            ArgumentNullException.ThrowIfNull(destination);
            destination.RequireDense(nameof(destination));
            if (destination.IsEmpty)
            {
                return;
            }

            var floating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
            if (destination.Device is CudaDevice cuda)
            {
                var kernel = cuda.GetKernel(floating ? s_iotaFloating : s_iotaInteger, Types<T>());
                var (first, difference) = floating
                    ? ((KernelArgument)double.CreateTruncating(start), (KernelArgument)double.CreateTruncating(step))
                    : ((KernelArgument)long.CreateTruncating(start), (KernelArgument)long.CreateTruncating(step));
                destination.Stream!.Launch(kernel, LaunchConfig.Cover(destination.FlattenedLength), destination.Output, (long)destination.FlattenedLength, first, difference);
                return;
            }

            using var hold = new BlockHold(destination.Block);
            var threads = ((CpuDevice)destination.Device).Options.Threads;
            var chunks = (destination.FlattenedLength + IotaChunk - 1) / IotaChunk;
            if (floating)
            {
                ManagedParallel.For(chunks, threads, new FloatingIota<T>(ManagedSpan.Pointer(destination), destination.FlattenedLength, double.CreateTruncating(start), double.CreateTruncating(step)));
            }
            else
            {
                ManagedParallel.For(chunks, threads, new IntegerIota<T>(ManagedSpan.Pointer(destination), destination.FlattenedLength, long.CreateTruncating(start), long.CreateTruncating(step)));
            }
        }
    }

    private readonly unsafe struct FloatingIota<T>(T* y, nint count, double start, double step) : IParallelBody where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var i = (nint)chunk * IotaChunk;
            var end = Math.Min(i + IotaChunk, count);
            if (typeof(T) == typeof(float))
            {
                var (first, second) = (Vector512.CreateSequence((double)i, 1), Vector512.CreateSequence((double)i + Vector512<double>.Count, 1));
                for (; i <= end - Vector512<float>.Count; i += Vector512<float>.Count)
                {
                    Vector512.Narrow(At(first), At(second)).Store((float*)y + i);
                    first += Vector512.Create((double)Vector512<float>.Count);
                    second += Vector512.Create((double)Vector512<float>.Count);
                }
            }

            for (; i < end; i++)
            {
                y[i] = T.CreateTruncating(start + (i * step));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<double> At(Vector512<double> index) => Vector512.Create(start) + (index * step);
    }

    private readonly unsafe struct IntegerIota<T>(T* y, nint count, long start, long step) : IParallelBody where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * IotaChunk, count);
            for (var i = (nint)chunk * IotaChunk; i < end; i++)
            {
                y[i] = T.CreateTruncating(start + (i * step));
            }
        }
    }
}
