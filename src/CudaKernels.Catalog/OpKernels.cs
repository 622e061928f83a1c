namespace CudaKernels.Catalog;

/// <summary>The kernel instances that the operations take from each file.</summary>
public static class OpKernels
{
    /// <summary>Every name expression of a kernel file, such as <c>softmax&lt;float&gt;</c>; empty for a file that no operation uses.</summary>
    /// <param name="file">The path below <c>kernels/</c>.</param>
    public static IReadOnlyList<string> Expressions(string file) =>
        [.. KernelFile.All.Where(known => known.Path == file).SelectMany(known => known.Templates).SelectMany(template => template.Combinations.Select(template.Expression))];
}
