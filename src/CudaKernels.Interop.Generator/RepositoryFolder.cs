namespace CudaKernels.Interop.Generator;

/// <summary>Finds the folders of the repository that a build output stands in.</summary>
public static class RepositoryFolder
{
    private const string Marker = "CudaKernels.sln";

    /// <summary>True when the running program stands in a checkout of the repository.</summary>
    public static bool Exists => FindRoot() is not null;

    /// <summary>The root: the nearest folder above the running program that holds the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">No folder above the program holds the solution.</exception>
    public static string Root => FindRoot() ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {Marker}.");

    /// <summary>The folder of the generator's tables.</summary>
    public static string Tables => Path.Combine(Root, "src", "CudaKernels.Interop.Generator", "tables");

    /// <summary>The folder of the raw layer's project.</summary>
    public static string RawLayer => Path.Combine(Root, "src", "CudaKernels.Interop");

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
                return folder.FullName;
        }

        return null;
    }
}
