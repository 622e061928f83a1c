using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A tensor [steps, rows, columns] that a recurrent layer keeps, with a view of each step.</summary>
internal sealed class StepViews<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _all;
    private DeviceTensor<T>[] _steps = [];

    /// <summary>All steps.</summary>
    public DeviceTensor<T> All => _all ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");

    /// <summary>One step, [rows, columns].</summary>
    public DeviceTensor<T> this[int step] => _steps[step];

    /// <summary>Makes room for so many steps; what was there is kept where the shape stays.</summary>
    /// <returns>Whether the shape is a new one, and all elements 0.</returns>
    public bool Resize(ComputeDevice device, nint steps, nint rows, nint columns)
    {
        if (_all is not null && _all.Lengths.SequenceEqual([steps, rows, columns]))
        {
            return false;
        }

        Dispose();
        _all = Lasting.Keep(device.CreateZeros<T>([steps, rows, columns]));
        _steps = Array.ConvertAll(Views(_all), Lasting.Keep);
        return true;
    }

    /// <summary>The steps of a sequence [steps, rows, columns], each [rows, columns].</summary>
    public static DeviceTensor<T>[] Views(DeviceTensor<T> sequence)
    {
        var views = new DeviceTensor<T>[sequence.Lengths[0]];
        for (var i = 0; i < views.Length; i++)
        {
            using var step = sequence.Slice(i..(i + 1));
            views[i] = step.Reshape(sequence.Lengths[1], sequence.Lengths[2]);
        }

        return views;
    }

    public void Dispose()
    {
        Array.ForEach(_steps, view => view.Dispose());
        _all?.Dispose();
        (_all, _steps) = (null, []);
    }
}
