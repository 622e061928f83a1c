namespace CudaKernels.Networks;

/// <summary>What one layer of a network is and needs.</summary>
/// <param name="Layer">The name of its type, without the element type.</param>
/// <param name="OutputLengths">The shape of its output for the batch that was looked at.</param>
/// <param name="Parameters">How many trained values it has.</param>
/// <param name="ParameterBytes">The memory of these and of their gradients.</param>
/// <param name="OutputBytes">The memory of its output for that batch; 0 where it is a view of its input.</param>
public sealed record LayerSummary(string Layer, IReadOnlyList<nint> OutputLengths, long Parameters, long ParameterBytes, long OutputBytes);
