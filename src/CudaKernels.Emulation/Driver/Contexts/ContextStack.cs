using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The contexts that are current on this thread.</summary>
internal static class ContextStack
{
    [ThreadStatic]
    private static List<SoftwareContext>? t_stack;

    /// <summary>The current context, or null.</summary>
    public static SoftwareContext? Current => t_stack is { Count: > 0 } stack ? stack[^1] : null;

    /// <summary>The current context, alive and without a sticky error.</summary>
    /// <exception cref="DriverError">There is none, it was destroyed, or an error ended it.</exception>
    public static SoftwareContext Require()
    {
        var context = Current ?? throw new DriverError(CUresult.CUDA_ERROR_INVALID_CONTEXT);
        context.ThrowIfUnusable();
        return context;
    }

    public static void Push(SoftwareContext context) => (t_stack ??= []).Add(context);

    public static SoftwareContext Pop()
    {
        var context = Current ?? throw new DriverError(CUresult.CUDA_ERROR_INVALID_CONTEXT);
        t_stack!.RemoveAt(t_stack.Count - 1);
        return context;
    }

    /// <summary>Replaces the top of the stack; null empties it by one.</summary>
    public static void Set(SoftwareContext? context)
    {
        if (Current is not null)
            t_stack!.RemoveAt(t_stack.Count - 1);
        if (context is not null)
            Push(context);
    }
}
