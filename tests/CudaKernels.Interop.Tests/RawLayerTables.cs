using CudaKernels.Interop.Generator;

namespace CudaKernels.Tests;

/// <summary>The tables that the raw layer is generated from, read once for all tests.</summary>
internal static class RawLayerTables
{
    /// <summary>The copy of the tables beside the test program.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "tables");

    public static IReadOnlyList<LibraryTables> All { get; } = LibraryTables.ReadAll(Folder);

    public static TypeMap Types { get; } = new(All);

    /// <summary>The type of the raw layer that a name stands for.</summary>
    public static Type TypeNamed(string name) =>
        typeof(Interop.DriverApi).Assembly.GetType($"CudaKernels.Interop.{name}") ?? throw new InvalidOperationException($"The raw layer has no type {name}.");
}
