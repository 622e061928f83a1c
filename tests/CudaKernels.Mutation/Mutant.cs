namespace CudaKernels.Mutation;

/// <summary>A kernel file, or a header of the kernels, with one thing changed.</summary>
/// <param name="File">The path below <c>kernels/</c>.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Before">The line as it is.</param>
/// <param name="After">The line as it was changed.</param>
/// <param name="Text">The whole changed file.</param>
internal sealed record Mutant(string File, int Line, string Before, string After, string Text)
{
    public override string ToString() => $"{File}:{Line}: {Before}  ->  {After}";
}
