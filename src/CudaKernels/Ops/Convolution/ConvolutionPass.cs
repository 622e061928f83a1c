namespace CudaKernels;

/// <summary>What is computed of a convolution.</summary>
internal enum ConvolutionPass
{
    /// <summary>The results.</summary>
    Forward,
    /// <summary>The gradient of the images.</summary>
    InputGradient,
    /// <summary>The gradient of the filters.</summary>
    WeightGradient,
}
