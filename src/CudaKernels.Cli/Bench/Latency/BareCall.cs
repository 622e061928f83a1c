namespace CudaKernels.Cli.Bench.Latency;

/// <summary>A driver's function called through its own pointer: as near to C as this language comes.</summary>
internal static class BareCall
{
    /// <summary>The function's address.</summary>
    public static nint Address(CudaDevice device, string function)
    {
        var lookup = device.Driver.Find(function);
        return lookup.IsFound ? lookup.Address : throw new CudaNotSupportedException($"{function}: {lookup.Reason}");
    }

    /// <summary>Refuses the time of calls that have failed.</summary>
    /// <param name="failed">Their results, or-ed together.</param>
    /// <param name="function">The function.</param>
    public static void Require(int failed, string function)
    {
        if (failed != 0)
        {
            throw new InvalidDataException($"{function} has failed, so its time says nothing");
        }
    }
}
