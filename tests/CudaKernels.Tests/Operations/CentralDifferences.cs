namespace CudaKernels.Tests.Operations;

/// <summary>Compares a gradient in double with central differences of the function itself.</summary>
internal static class CentralDifferences
{
    private const double Step = 1e-5;

    /// <param name="x">The point: a tensor of the managed device, changed and restored one element at a time.</param>
    /// <param name="gradient">What the operation says of Σ weights·f(x).</param>
    /// <param name="value">Σ weights·f(x).</param>
    public static void Verify(DeviceTensor<double> x, double[] gradient, Func<double> value)
    {
        var elements = x.ToArray();
        Assert.Equal(elements.Length, gradient.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            var difference = (At(i, Step) - At(i, -Step)) / (2 * Step);
            Assert.True(Math.Abs(difference - gradient[i]) <= 1e-6 * (1 + Math.Abs(gradient[i])), $"element {i}: gradient {gradient[i]}, difference {difference}");
        }

        x.CopyFrom(elements);

        double At(int i, double step)
        {
            var moved = (double[])elements.Clone();
            moved[i] += step;
            x.CopyFrom(moved);
            return value();
        }
    }

    /// <summary>A tensor with elements in [-1, 1).</summary>
    public static DeviceTensor<double> Random(ComputeDevice device, Random random, ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        var elements = new double[count];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (random.NextDouble() * 2) - 1;
        }

        return device.CreateTensor(elements, lengths);
    }

    /// <summary>Σ a·b.</summary>
    public static double Dot(DeviceTensor<double> a, DeviceTensor<double> b) => a.ToArray().Zip(b.ToArray(), (left, right) => left * right).Sum();
}
