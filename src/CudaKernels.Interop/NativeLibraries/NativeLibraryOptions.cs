namespace CudaKernels.Interop;

/// <summary>Where to look for native libraries before the usual places, and what to accept.</summary>
public sealed record NativeLibraryOptions
{
    /// <summary>The environment variable with folders or files to look at right after <see cref="Paths"/>, separated as in PATH.</summary>
    public const string PathVariable = "CUDAKERNELS_LIBRARY_PATH";

    /// <summary>Folders, or files with the library's own name, to look at before everything else. None by default.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>
    /// The highest CUDA major version to accept for the libraries that come in one file per major version.
    /// Null, the default, accepts what the driver can run, and any version when there is no driver.
    /// </summary>
    public int? MaximumMajor { get; init; }
}
