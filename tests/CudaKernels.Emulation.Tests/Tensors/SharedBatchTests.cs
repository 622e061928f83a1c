namespace CudaKernels.Tests;

/// <summary>Products of a batch that is longer than the grid, on small tiles: a block goes on with another matrix in the shared memory of the one before.</summary>
public sealed class SharedBatchTests
{
    // The matrices of B are one element more apart than they have to be: some of them can be copied 16 bytes at a time, others not.
    private const int Batch = 3, Rows = 37, Columns = 36, Depth = 29, StepB = (Depth * Columns) + 1, Threads = 256;

    [Fact]
    public void ABlockGoesOnWithTheNextMatrix()
    {
        const string expression = "matmul_simt<float, false, false>";
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        float[] a = [.. Enumerable.Range(0, Batch * Rows * Depth).Select(i => (float)(i % 7 - 3))];
        float[] b = [.. Enumerable.Range(0, Batch * StepB).Select(i => (float)(i % 5 - 2))];
        var expected = new float[Batch * Rows * Columns];
        for (var i = 0; i < expected.Length; i++)
        {
            var (matrix, row, column) = (i / (Rows * Columns), i / Columns % Rows, i % Columns);
            expected[i] = Enumerable.Range(0, Depth).Sum(k => a[(((matrix * Rows) + row) * Depth) + k] * b[(matrix * StepB) + (k * Columns) + column]);
        }

        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using var module = emulated.Device.Compile(KernelSource.FromResource("linear_algebra/matmul.cu"), new CompileOptions { Kernels = [expression] });
        using var left = emulated.Device.CreateBuffer<float>(a);
        using var right = emulated.Device.CreateBuffer<float>(b);
        using var result = emulated.Device.CreateBuffer<float>(expected.Length);
        Product(emulated.Device, module.GetKernel(expression), result, left, right);
        Assert.Equal(expected, result.ToArray());
        Assert.Empty(emulated.Reports);
    }

    private static unsafe void Product(CudaDevice device, CudaKernel kernel, DeviceBuffer<float> result, DeviceBuffer<float> left, DeviceBuffer<float> right)
    {
        var (a, b, c) = (new MatrixOperand(Rows, Depth, false, Depth), new MatrixOperand(Depth, Columns, false, Columns), new MatrixOperand(Rows, Columns, false, Columns));
        var problem = new MatrixProblem(a, b, c, new MatrixBatch(Batch, 0, 0, 0, Rows * Depth, StepB, Rows * Columns));
        device.DefaultStream.Launch(kernel, new LaunchConfig(new Dim3(1), new Dim3(Threads)), result, left, right, KernelArgument.Struct(&problem), 1f, 0f);
    }
}
