namespace CudaKernels.Tests.Planted;

/// <summary>Compiles all planted kernels and their twins once, on all processors; the tests then find them in the cache.</summary>
public sealed class PlantedImages
{
    public PlantedImages()
    {
        if (!EngineRun.CompilerIsThere(out _))
        {
            return;
        }

        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        var wanted = PlantedKernel.All.Values.SelectMany(kernel => kernel.IsSound ? [(kernel, true)] : new[] { (kernel, true), (kernel, false) });
        Parallel.ForEach(wanted, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, item => item.Item1.Compile(emulated.Device, item.Item2).Dispose());
    }
}
