using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Some vectors of a data set on a device, in the element type of the network.</summary>
internal sealed class LabelledBatch<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    public LabelledBatch(ComputeDevice device, LabelledData data, ReadOnlySpan<int> places)
    {
        var (features, labels) = (new float[places.Length * data.Width], new long[places.Length]);
        data.Gather(places, features, labels);
        Labels = device.CreateTensor(labels);
        var single = device.CreateTensor(features, [places.Length, data.Width]);
        if (single is DeviceTensor<T> same)
        {
            Features = same;
            return;
        }

        Features = single.Cast<T>();
        single.Dispose();
    }

    public DeviceTensor<T> Features { get; }

    public DeviceTensor<long> Labels { get; }

    public void Dispose()
    {
        Features.Dispose();
        Labels.Dispose();
    }
}
