namespace CudaKernels;

/// <summary>How a window steps over images.</summary>
internal readonly record struct WindowSteps((int Y, int X) Stride, (int Y, int X) Padding, (int Y, int X) Dilation, int Groups, ImageLayout Layout);
