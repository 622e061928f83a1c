namespace CudaKernels;

/// <summary>How long an implementation of a matrix product takes.</summary>
/// <param name="Algorithm">The implementation.</param>
/// <param name="Milliseconds">The median of its rounds.</param>
public readonly record struct MatMulTiming(MatMulAlgorithm Algorithm, double Milliseconds);
