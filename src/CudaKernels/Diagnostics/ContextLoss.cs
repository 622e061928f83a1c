using System.Globalization;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The first sticky error of a device: every later call refers to it.</summary>
internal sealed record ContextLoss(CUresult Code, string Call, DateTimeOffset Time)
{
    public CudaContextLostException First() => new(Code, Call, $"{ErrorExplanation.Describe(Code, Call)} The context is lost: no call on this device can succeed in this process any more.");

    public CudaContextLostException Again() => new(
        Code,
        Call,
        string.Create(CultureInfo.InvariantCulture, $"The context is lost, first seen at {Call} ({Time:HH:mm:ss.fff} UTC): {ErrorExplanation.Name(Code)} ({(int)Code}): {ErrorExplanation.Explain(Code)} Restart the process to use the device again."));
}
