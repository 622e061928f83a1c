namespace CudaKernels.Interop;

/// <summary>One place to look at.</summary>
/// <param name="Root">The installation that the place belongs to, or null for the system's loader; libraries are taken from one root where possible.</param>
/// <param name="Path">The folder, or one file, or null for the system's own search by name.</param>
/// <param name="IsExplicit">True when the user named the place: it is looked at before any preferred root.</param>
/// <param name="Major">The CUDA major version that alone is kept there, or 0 for any.</param>
internal readonly record struct SearchLocation(string? Root, string? Path, bool IsExplicit = false, int Major = 0);
