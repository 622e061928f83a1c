namespace CudaKernels;

/// <summary>
/// Room on the stack that begins at a cache line. The stack itself is aligned to 16 bytes, so that three threads of four would have every
/// vector of 64 bytes cross a line: a softmax took twice the time in every second process.
/// </summary>
internal static unsafe class StackRoom
{
    private const int Line = 64;

    /// <summary>The elements to set aside beside those that are needed.</summary>
    public static int Spare<T>() where T : unmanaged => Line / sizeof(T);

    /// <summary>The first whole line of some room.</summary>
    public static T* Align<T>(T* room) where T : unmanaged => (T*)(((nint)room + Line - 1) & -Line);
}
