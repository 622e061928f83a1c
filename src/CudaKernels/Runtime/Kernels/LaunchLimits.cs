namespace CudaKernels;

/// <summary>The device's limits that every launch is compared with, close together.</summary>
internal sealed class LaunchLimits(DeviceSpecification specification)
{
    public readonly Dim3 MaxGrid = specification.MaxGrid;
    public readonly Dim3 MaxBlock = specification.MaxBlock;
}
