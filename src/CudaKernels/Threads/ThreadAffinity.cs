using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// The processors that Linux may run one thread on. A worker is kept off the processor of whoever wakes it: the kernel of a virtual
/// machine takes a processor that sleeps for one that the host has preempted, and queues the woken thread behind its waker instead,
/// where it may wait for milliseconds.
/// </summary>
internal sealed unsafe class ThreadAffinity
{
    // 8,192 processors, the most that Linux can be built for; a shorter set is refused on a machine that has more.
    private const int SetWords = 8192 / 64;
    private const int SetBytes = SetWords * sizeof(ulong);

    private static readonly Libc? s_libc = Libc.Find();

    private readonly int _thread;
    private readonly ulong[] _allowed = new ulong[SetWords];
    private readonly ulong[] _given = new ulong[SetWords];
    private int _avoided = -1;

    private ThreadAffinity(int thread) => _thread = thread;

    /// <summary>The processor that this thread runs on now, or -1 where that is not known.</summary>
    public static int CurrentProcessor => s_libc is { } libc ? libc.GetProcessor() : -1;

    /// <summary>The affinity of the calling thread, or null where threads cannot be told where to run.</summary>
    public static ThreadAffinity? OfThisThread()
    {
        if (s_libc is not { } libc)
        {
            return null;
        }

        var affinity = new ThreadAffinity(libc.GetThread());
        // A thread may have what its process has, not what the worker has left that started it.
        return Read(Environment.ProcessId, affinity._allowed) && Read(affinity._thread, affinity._given) ? affinity : null;
    }

    /// <summary>
    /// Lets the thread run on every processor that it was given but <paramref name="processor"/>, until told otherwise. A set that somebody
    /// else has given the thread meanwhile is taken for what it may have; one that has no other processor is left alone.
    /// </summary>
    /// <param name="processor">The processor to avoid; with -1 nothing happens.</param>
    public void Avoid(int processor)
    {
        if (processor < 0 || processor == _avoided)
        {
            return;
        }

        _avoided = processor;
        Span<ulong> set = stackalloc ulong[SetWords];
        if (!Read(_thread, set))
        {
            return;
        }
        if (!set.SequenceEqual(_given))
        {
            set.CopyTo(_allowed);
        }

        _allowed.CopyTo(set);
        set[processor / 64] &= ~(1UL << (processor % 64));
        if (set.IndexOfAnyExcept(0UL) < 0)
        {
            return;
        }
        fixed (ulong* words = set)
        {
            if (s_libc!.SetAffinity(_thread, SetBytes, words) == 0)
            {
                set.CopyTo(_given);
            }
        }
    }

    private static bool Read(int thread, Span<ulong> set)
    {
        set.Clear();
        fixed (ulong* words = set)
        {
            return s_libc!.GetAffinity(thread, SetBytes, words) == 0;
        }
    }

    /// <summary>The four functions of the C library, all or none.</summary>
    private sealed class Libc
    {
        private readonly delegate* unmanaged<int> _getProcessor;
        private readonly delegate* unmanaged<int> _getThread;
        private readonly delegate* unmanaged<int, nuint, ulong*, int> _getAffinity;
        private readonly delegate* unmanaged<int, nuint, ulong*, int> _setAffinity;

        private Libc(nint getProcessor, nint getThread, nint getAffinity, nint setAffinity)
        {
            _getProcessor = (delegate* unmanaged<int>)getProcessor;
            _getThread = (delegate* unmanaged<int>)getThread;
            _getAffinity = (delegate* unmanaged<int, nuint, ulong*, int>)getAffinity;
            _setAffinity = (delegate* unmanaged<int, nuint, ulong*, int>)setAffinity;
        }

        public static Libc? Find()
        {
            if (!OperatingSystem.IsLinux())
            {
                return null;
            }

            var program = NativeLibrary.GetMainProgramHandle();
            return NativeLibrary.TryGetExport(program, "sched_getcpu", out var getProcessor)
                && NativeLibrary.TryGetExport(program, "gettid", out var getThread)
                && NativeLibrary.TryGetExport(program, "sched_getaffinity", out var getAffinity)
                && NativeLibrary.TryGetExport(program, "sched_setaffinity", out var setAffinity)
                ? new Libc(getProcessor, getThread, getAffinity, setAffinity)
                : null;
        }

        public int GetProcessor() => _getProcessor();

        public int GetThread() => _getThread();

        public int GetAffinity(int thread, nuint bytes, ulong* set) => _getAffinity(thread, bytes, set);

        public int SetAffinity(int thread, nuint bytes, ulong* set) => _setAffinity(thread, bytes, set);
    }
}
