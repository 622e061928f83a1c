using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The formula of an optimizer on a vector of weights, in the type of its state.</summary>
internal interface IManagedStep<TState> where TState : unmanaged
{
    /// <summary>How many states it has: 0, 1 or 2.</summary>
    int States { get; }

    /// <summary>The weights after the step, and the states with the gradients taken in. By value: of a reference the JIT stores and loads the vector in each turn.</summary>
    (Vector512<TState> Weight, Vector512<TState> First, Vector512<TState> Second) Next(Vector512<TState> weight, Vector512<TState> gradient, Vector512<TState> first, Vector512<TState> second);
}

/// <summary>The managed form of the optimizers' steps, on one parameter or on a table of them: computes in the type of the state and rounds the parameter once.</summary>
internal static unsafe class ManagedOptimizer
{
    // Widened on the stack.
    private const int Part = 256;

    /// <summary>Steps one parameter.</summary>
    public static void Run<T, TState, TStep>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, DeviceTensor<TState>? first, DeviceTensor<TState>? second, TStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
        where TStep : struct, IManagedStep<TState>
    {
        var whole = new ParameterChunk(Address(parameter), Address(gradient), 0, Address(first), Address(second), parameter.FlattenedLength);
        ManagedParallel.For(TensorChunk.Chunks(parameter.FlattenedLength), ((CpuDevice)parameter.Device).Options.Threads, new OfOne<T, TState, TStep>(whole, step));
    }

    /// <summary>Steps all parameters of a table; threads share the work whatever the lengths.</summary>
    public static void Run<T, TState, TStep>(OptimizerTable<T, TState> table, TStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
        where TStep : struct, IManagedStep<TState>
    {
        using var hold = new BlockHold(table.Block);
        ManagedParallel.For(table.ChunkCount, ((CpuDevice)table.Device).Options.Threads, new OfTable<T, TState, TStep>((ParameterChunk*)table.Block.Address, step));
    }

    private static nuint Address<T>(DeviceTensor<T>? tensor) where T : unmanaged => tensor is null ? 0 : (nuint)ManagedSpan.Pointer(tensor);

    private static void StepChunk<T, TState, TStep>(ParameterChunk chunk, in TStep step)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
        where TStep : struct, IManagedStep<TState>
    {
        var count = (int)chunk.Count;
        var parameter = new Span<T>((void*)chunk.Parameter, count);
        var gradient = new ReadOnlySpan<T>((void*)chunk.Gradient, count);
        var first = new Span<TState>((void*)chunk.First, step.States >= 1 ? count : 0);
        var second = new Span<TState>((void*)chunk.Second, step.States == 2 ? count : 0);
        if (typeof(T) == typeof(TState))
        {
            Update(step, MemoryMarshal.Cast<T, TState>(parameter), MemoryMarshal.Cast<T, TState>(gradient), first, second);
            return;
        }

        var master = new Span<TState>((void*)chunk.Master, chunk.Master == 0 ? 0 : count);
        Span<TState> weights = stackalloc TState[Part];
        Span<TState> gradients = stackalloc TState[Part];
        for (var i = 0; i < count; i += Part)
        {
            var length = Math.Min(Part, count - i);
            var w = weights[..length];
            var g = gradients[..length];
            Widen<T, TState>(parameter.Slice(i, length), w);
            if (!master.IsEmpty)
            {
                TakeMaster<T, TState>(master.Slice(i, length), w);
            }

            Widen<T, TState>(gradient.Slice(i, length), g);
            Update(step, w, g, first.IsEmpty ? [] : first.Slice(i, length), second.IsEmpty ? [] : second.Slice(i, length));
            if (!master.IsEmpty)
            {
                w.CopyTo(master[i..]);
            }

            Narrow<T, TState>(w, parameter.Slice(i, length));
        }
    }

    // The master weights in place of the parameters, but for those that do not round to them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TakeMaster<T, TState>(ReadOnlySpan<TState> master, Span<TState> weights)
        where T : unmanaged
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        Span<T> rounded = stackalloc T[Part];
        Span<TState> widened = stackalloc TState[Part];
        Narrow(master, rounded[..master.Length]);
        Widen<T, TState>(rounded[..master.Length], widened[..master.Length]);
        for (var i = 0; i < master.Length; i++)
        {
            weights[i] = widened[i] == weights[i] ? master[i] : weights[i];
        }
    }

    // 16-bit parameters have a state of float.
    private static void Widen<T, TState>(ReadOnlySpan<T> source, Span<TState> destination) where T : unmanaged where TState : unmanaged =>
        BlockConversion.Widen(source, MemoryMarshal.Cast<TState, float>(destination));

    private static void Narrow<T, TState>(ReadOnlySpan<TState> source, Span<T> destination) where T : unmanaged where TState : unmanaged =>
        BlockConversion.Narrow(MemoryMarshal.Cast<TState, float>(source), destination);

    // The step comes by reference, since of a copy the JIT stores and loads the fields anew in each turn.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Update<TState, TStep>(in TStep step, Span<TState> weight, ReadOnlySpan<TState> gradient, Span<TState> first, Span<TState> second)
        where TState : unmanaged
        where TStep : struct, IManagedStep<TState>
    {
        var (hasFirst, hasSecond) = (step.States >= 1, step.States == 2);
        fixed (TState* w = weight, g = gradient, m = first, v = second)
        {
            var i = 0;
            for (; i <= weight.Length - Vector512<TState>.Count; i += Vector512<TState>.Count)
            {
                var next = step.Next(Vector512.Load(w + i), Vector512.Load(g + i), hasFirst ? Vector512.Load(m + i) : default, hasSecond ? Vector512.Load(v + i) : default);
                next.Weight.Store(w + i);
                if (hasFirst)
                {
                    next.First.Store(m + i);
                }

                if (hasSecond)
                {
                    next.Second.Store(v + i);
                }
            }

            if (i < weight.Length)
            {
                UpdateFew(step, w + i, g + i, hasFirst ? m + i : null, hasSecond ? v + i : null, weight.Length - i);
            }
        }
    }

    // Fewer elements than a vector has.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UpdateFew<TState, TStep>(in TStep step, TState* w, TState* g, TState* m, TState* v, int count)
        where TState : unmanaged
        where TStep : struct, IManagedStep<TState>
    {
        var tail = new VectorTail(count);
        var next = step.Next(tail.Load(w), tail.Load(g), m == null ? default : tail.Load(m), v == null ? default : tail.Load(v));
        tail.Store(next.Weight, w);
        if (m != null)
        {
            tail.Store(next.First, m);
        }

        if (v != null)
        {
            tail.Store(next.Second, v);
        }
    }

    private readonly struct OfOne<T, TState, TStep>(ParameterChunk whole, TStep step) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
        where TStep : struct, IManagedStep<TState>
    {
        public void Execute(long chunk)
        {
            var start = chunk * TensorChunk.MaxCount;
            StepChunk<T, TState, TStep>(whole.Slice<T, TState>(start, Math.Min(TensorChunk.MaxCount, whole.Count - start)), step);
        }
    }

    private readonly struct OfTable<T, TState, TStep>(ParameterChunk* chunks, TStep step) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
        where TStep : struct, IManagedStep<TState>
    {
        public void Execute(long chunk) => StepChunk<T, TState, TStep>(chunks[chunk], step);
    }
}
