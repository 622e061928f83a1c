namespace CudaKernels.Tests;

/// <summary>What the software device computes beside what the managed implementation does.</summary>
internal static class ManagedTwin
{
    /// <summary>Runs the same on both devices, on the software device by an algorithm, and finds no mistake there.</summary>
    public static (T Expected, T Got) Run<T>(MatMulAlgorithm algorithm, Func<ComputeDevice, MatMulAlgorithm, T> run)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        using var cpu = new CpuDevice();
        var results = (run(cpu, MatMulAlgorithm.Auto), run(emulated.Device, algorithm));
        Assert.Empty(emulated.Reports);
        return results;
    }

    /// <summary>Compares results element by element.</summary>
    public static void Agree(Half[] expected, Half[] got, float tolerance)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal((float)expected[i], (float)got[i], tolerance);
        }
    }

    /// <summary>Numbers from -0.5 to 0.5 for a tensor of a shape.</summary>
    public static Half[] Values(Random random, params ReadOnlySpan<nint> shape)
    {
        var values = new Half[TensorLayout.CountOf(shape)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (Half)(random.NextDouble() - 0.5);
        }

        return values;
    }
}
