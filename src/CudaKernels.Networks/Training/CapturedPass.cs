namespace CudaKernels.Networks;

/// <summary>
/// Work on a CUDA device that is recorded once as a graph and then launched with one call: the forward and backward pass of a network, whose
/// many small launches would else cost the processor more time than the device needs for them.
/// </summary>
/// <remarks>
/// <para>The first launch runs the work as it is, so that buffers are made and kernels compiled; the second records it. From then on it reads and
/// writes the memory that it was recorded with, whatever shapes its layers work on in between: copy each batch into the same input tensors.</para>
/// <para>A recording keeps every number that it was made with. An optimizer's step, whose number and learning rate change, belongs outside; dropout
/// cannot be recorded.</para>
/// </remarks>
/// <example>
/// <code>
/// using var pass = new CapturedPass(device, () =&gt; network.Backward(loss.Differentiate(network.Forward(input), labels)));
/// foreach (var batch in batches)
/// {
///     batch.Features.CopyTo(input);
///     batch.Labels.CopyTo(labels);
///     pass.Launch();
///     optimizer.Step();
/// }
/// </code>
/// </example>
public sealed class CapturedPass : IDisposable
{
    private readonly CudaDevice _device;
    private readonly Action _work;
    private CudaGraphExec? _recorded;
    private bool _ran;

    /// <param name="device">The device.</param>
    /// <param name="work">Gives work to the device's default stream, without waiting for it, copying from the host or keeping device memory that it allocates.</param>
    public CapturedPass(CudaDevice device, Action work)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        (_device, _work) = (device, work);
    }

    /// <summary>Whether the work was recorded.</summary>
    public bool IsRecorded => _recorded is not null;

    /// <summary>The launches, copies and fills of the recording; 0 before it.</summary>
    public int NodeCount { get; private set; }

    /// <summary>Does the work once.</summary>
    /// <exception cref="InvalidOperationException">The work did what a recording cannot hold.</exception>
    public void Launch()
    {
        if (!_ran)
        {
            _work();
            _ran = true;
            return;
        }

        if (_recorded is null)
        {
            using var graph = _device.DefaultStream.Capture(_ => _work());
            NodeCount = graph.NodeCount;
            _recorded = graph.Instantiate();
        }

        _recorded.Launch();
    }

    /// <inheritdoc/>
    public void Dispose() => _recorded?.Dispose();
}
