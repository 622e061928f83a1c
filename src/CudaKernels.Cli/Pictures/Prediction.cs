namespace CudaKernels.Cli.Pictures;

/// <summary>A picture and what a network took it for.</summary>
/// <param name="Image">28 x 28 grey values, row by row; the lowest is drawn black, the highest white.</param>
/// <param name="Actual">The name of its class.</param>
/// <param name="Predicted">The name of the class that the network gave.</param>
internal readonly record struct Prediction(ReadOnlyMemory<float> Image, string Actual, string Predicted);
