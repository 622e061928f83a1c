using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A source did not compile. The message holds the whole log, with <c>file.cu:line</c> before each error.</summary>
public class NvrtcCompilationException : CudaException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">The driver's code that fits best: NVRTC has codes of its own, see <paramref name="result"/>.</param>
    /// <param name="result">NVRTC's code.</param>
    /// <param name="message">The whole text.</param>
    /// <param name="sourceName">The name of the source.</param>
    /// <param name="options">The options as NVRTC got them.</param>
    /// <param name="log">The compiler's log as it came.</param>
    public NvrtcCompilationException(CUresult code, nvrtcResult result, string message, string sourceName, IReadOnlyList<string> options, string log)
        : base(code, message)
    {
        Result = result;
        SourceName = sourceName;
        Options = options;
        Log = log;
        Diagnostics = CompileDiagnostic.Read(log);
    }

    /// <summary>NVRTC's code.</summary>
    public nvrtcResult Result { get; }

    /// <summary>The name of the source.</summary>
    public string SourceName { get; }

    /// <summary>The options as NVRTC got them.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>The compiler's log as it came; empty when it wrote none.</summary>
    public string Log { get; }

    /// <summary>The messages found in <see cref="Log"/>.</summary>
    public IReadOnlyList<CompileDiagnostic> Diagnostics { get; }
}
