namespace CudaKernels.Tests;

/// <summary>The implementation of a matrix product that was measured to be the fastest is taken, in later processes too.</summary>
public sealed class MatMulTunerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("timings").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheFastestIsTakenFromThenOn()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        var device = emulated.Device;
        var timings = MatMulTuner.Tune<Half>(device, 20, 24, 32, transposeB: true);
        Assert.Equal([.. MatMulChoice.Candidates<Half>(device, 20).Order()], timings.Select(timing => timing.Algorithm).Order());
        Assert.Contains(MatMulAlgorithm.Simt, timings.Select(timing => timing.Algorithm));
        Assert.Equal(timings.OrderBy(timing => timing.Milliseconds), timings);
        Assert.All(timings, timing => Assert.True(timing.Milliseconds > 0));
        Assert.Equal(timings[0].Algorithm, Auto(device, 17, 32, 24, transposeB: true));

        // Whatever was the fastest: another is taken when it is remembered, for its class alone.
        device.MatMulTimings.Remember(Class(20, 24, 32, transposeB: true), MatMulAlgorithm.TensorCore);
        Assert.Equal(MatMulAlgorithm.TensorCore, Auto(device, 20, 24, 32, transposeB: true));
        Assert.Equal(MatMulAlgorithm.Simt, Auto(device, 20, 24, 32, transposeB: false));
        Assert.Equal(MatMulAlgorithm.Simt, Auto(device, 33, 24, 32, transposeB: true));
    }

    [Fact]
    public void TimingsCanBeLeftOutOfTheChoice()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { UseTimings = false });
        emulated.Device.MatMulTimings.Remember(Class(20, 24, 32, transposeB: true), MatMulAlgorithm.TensorCore);
        Assert.Equal(MatMulAlgorithm.Simt, Auto(emulated.Device, 20, 24, 32, transposeB: true));
    }

    [Fact]
    public void TheyAreFoundOnTheDiskUnlessTheDeviceDiffersOrTheyAreDamaged()
    {
        var products = Class(20, 24, 32, transposeB: true);
        new MatMulTimings(new KernelCache(_folder), "one").Remember(products, MatMulAlgorithm.Cublas);
        Assert.Equal(MatMulAlgorithm.Cublas, new MatMulTimings(new KernelCache(_folder), "one").Find(products));
        Assert.Equal(MatMulAlgorithm.Auto, new MatMulTimings(new KernelCache(_folder), "another").Find(products));
        Assert.Equal(MatMulAlgorithm.Auto, new MatMulTimings(new KernelCache(_folder), "one").Find(products with { IsAligned = false }));
        Assert.Equal(MatMulAlgorithm.Auto, new MatMulTimings(null, "one").Find(products));
        var file = Assert.Single(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(MatMulAlgorithm.Auto, new MatMulTimings(new KernelCache(_folder), "one").Find(products));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(256, 8)]
    [InlineData(257, 9)]
    [InlineData(512, 9)]
    [InlineData(513, 10)]
    public void AClassReachesFromOnePowerOfTwoToTheNext(int length, int bits)
    {
        var products = Class(length, length, length, transposeB: false);
        Assert.Equal((bits, bits, bits), (products.RowBits, products.ColumnBits, products.DepthBits));
        Assert.Equal(length % 8 == 0, products.IsAligned);
    }

    [Fact]
    public void LengthsOfNothingAreRefused()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMulTuner.Tune<float>(emulated.Device, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMulTuner.Tune<float>(emulated.Device, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMulTuner.Tune<float>(emulated.Device, 1, 1, 0));
        Assert.Throws<ArgumentNullException>(() => MatMulTuner.Tune<float>(null!, 1, 1, 1));
    }

    private static MatMulAlgorithm Auto(CudaDevice device, int m, int n, int k, bool transposeB) => MatMulChoice.Of<Half>(device, MatMulAlgorithm.Auto, Left(m, k), Right(n, k, transposeB));

    private static MatMulClass Class(int m, int n, int k, bool transposeB) => MatMulClass.Of<Half>(Left(m, k), Right(n, k, transposeB));

    private static MatrixOperand Left(int m, int k) => MatrixOperand.Of(TensorLayout.Dense([m, k]), transpose: false);

    private static MatrixOperand Right(int n, int k, bool transposeB) => MatrixOperand.Of(TensorLayout.Dense(transposeB ? [n, k] : [k, n]), transposeB);
}
