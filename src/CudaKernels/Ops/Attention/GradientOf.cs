namespace CudaKernels;

/// <summary>Which gradients of an attention a kernel makes: <c>GradientOf</c> of kernels/common/flash_gradient.cuh.</summary>
internal enum GradientOf
{
    Queries,
    Keys,
    Values,
    KeysAndValues,
}
