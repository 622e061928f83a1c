using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A tensor of an optimizer's state: float, or double for double parameters, which is what the steps compute in.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
internal static class StateTensor<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Zeros of a parameter's shape.</summary>
    public static IDisposable Zeros(DeviceTensor<T> value) =>
        typeof(T) == typeof(double) ? value.Device.CreateZeros<double>(value.Lengths) : value.Device.CreateZeros<float>(value.Lengths);

    /// <summary>Names it for a checkpoint.</summary>
    public static void Describe(CheckpointState state, string name, IDisposable tensor)
    {
        if (tensor is DeviceTensor<double> wide)
        {
            state.AddTensor(name, wide);
        }
        else
        {
            state.AddTensor(name, (DeviceTensor<float>)tensor);
        }
    }
}
