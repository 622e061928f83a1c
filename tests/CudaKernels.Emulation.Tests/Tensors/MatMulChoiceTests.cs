using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Which kernel a matrix product runs with, what is refused, and batches that are longer than a grid.</summary>
public sealed class MatMulChoiceTests
{
    [Theory]
    [InlineData(DeviceKind.Cuda, 9, 64, 64, 64, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(DeviceKind.Cuda, 9, 128, 4096, 4096, MatMulAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, 9, 4096, 4096, 4096, MatMulAlgorithm.WgmmaCluster)]
    [InlineData(DeviceKind.Cuda, 10, 64, 64, 64, MatMulAlgorithm.TensorCore)]
    [InlineData(DeviceKind.Cuda, 8, 16, 16, 16, MatMulAlgorithm.TensorCore)]
    [InlineData(DeviceKind.Cuda, 8, 15, 64, 64, MatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Cuda, 8, 64, 15, 64, MatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Cuda, 8, 64, 64, 15, MatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Cuda, 7, 64, 64, 64, MatMulAlgorithm.Simt)]
    [InlineData(DeviceKind.Emulated, 9, 64, 64, 64, MatMulAlgorithm.Simt)]
    public void AutoWithoutCublas(DeviceKind kind, int capability, int m, int n, int k, MatMulAlgorithm expected)
    {
        using var device = Open(kind, capability, hasCublas: false);
        Assert.Equal(expected, Choose<Half>(device, MatMulAlgorithm.Auto, m, n, k));
        Assert.Equal(expected, Choose<BFloat16>(device, MatMulAlgorithm.Auto, m, n, k));
        Assert.Equal(MatMulAlgorithm.Simt, Choose<float>(device, MatMulAlgorithm.Auto, m, n, k));
        Assert.Equal(MatMulAlgorithm.Simt, Choose<int>(device, MatMulAlgorithm.Auto, m, n, k));
    }

    [Theory]
    [InlineData(DeviceKind.Cuda, MatMulAlgorithm.Cublas)]
    [InlineData(DeviceKind.Emulated, MatMulAlgorithm.Simt)]
    public void AutoWithCublas(DeviceKind kind, MatMulAlgorithm expected)
    {
        using var device = Open(kind, 9, hasCublas: true);
        Assert.Equal(expected, Choose<Half>(device, MatMulAlgorithm.Auto, 64, 64, 64));
        Assert.Equal(expected, Choose<double>(device, MatMulAlgorithm.Auto, 64, 64, 64));
        Assert.Equal(MatMulAlgorithm.Simt, Choose<sbyte>(device, MatMulAlgorithm.Auto, 64, 64, 64));
    }

    // Rows, columns, depth, and the pitches of A, B and the result.
    [Theory]
    [InlineData(int.MaxValue, 64, 64, 64, 64, 64, true)]
    [InlineData(1L << 31, 64, 64, 64, 64, 64, false)]
    [InlineData(64, 1L << 31, 64, 64, 1L << 31, 1L << 31, false)]
    [InlineData(64, 64, 1L << 31, 1L << 31, 64, 64, false)]
    [InlineData(64, 64, 64, 1L << 31, 64, 64, false)]
    [InlineData(64, 64, 64, 64, 1L << 31, 64, false)]
    [InlineData(64, 64, 64, 64, 64, 1L << 31, false)]
    [InlineData(64, 64, 64, int.MaxValue, int.MaxValue, int.MaxValue, true)]
    public void ProductsPastTheCountsOfCublasAreOurOwn(long m, long n, long k, long pitchA, long pitchB, long pitch, bool fits)
    {
        using var device = Open(DeviceKind.Cuda, 8, hasCublas: true);
        var (a, b) = (new MatrixOperand((nint)m, (nint)k, false, (nint)pitchA), new MatrixOperand((nint)k, (nint)n, false, (nint)pitchB));
        Assert.Equal(fits ? MatMulAlgorithm.Cublas : MatMulAlgorithm.TensorCore, MatMulChoice.Of<Half>(device, MatMulAlgorithm.Auto, a, b, pitch: (nint)pitch));
        Assert.Equal(fits ? MatMulAlgorithm.Cublas : MatMulAlgorithm.Simt, MatMulChoice.Of<double>(device, MatMulAlgorithm.Auto, a, b, pitch: (nint)pitch));
        if (!fits)
        {
            var refused = Assert.Throws<NotSupportedException>(() => MatMulChoice.Of<Half>(device, MatMulAlgorithm.Cublas, a, b, pitch: (nint)pitch));
            Assert.Contains("2147483648", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(9, false, 16, MatMulPrecision.Tf32, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(8, false, 16, MatMulPrecision.Tf32, MatMulAlgorithm.TensorCore)]
    [InlineData(9, false, 16, MatMulPrecision.Tf32x3, MatMulAlgorithm.TensorCore)]
    [InlineData(8, false, 16, MatMulPrecision.Tf32x3, MatMulAlgorithm.TensorCore)]
    [InlineData(8, false, 15, MatMulPrecision.Tf32, MatMulAlgorithm.Simt)]
    [InlineData(7, false, 16, MatMulPrecision.Tf32, MatMulAlgorithm.Simt)]
    [InlineData(9, true, 16, MatMulPrecision.Tf32, MatMulAlgorithm.Cublas)]
    [InlineData(9, true, 16, MatMulPrecision.Tf32x3, MatMulAlgorithm.TensorCore)]
    [InlineData(9, true, 15, MatMulPrecision.Tf32x3, MatMulAlgorithm.Cublas)]
    [InlineData(9, true, 16, MatMulPrecision.Full, MatMulAlgorithm.Cublas)]
    public void AutoOfFloatByPrecision(int capability, bool hasCublas, int length, MatMulPrecision precision, MatMulAlgorithm expected)
    {
        using var device = Open(DeviceKind.Cuda, capability, hasCublas);
        Assert.Equal(expected, Choose<float>(device, MatMulAlgorithm.Auto, length, 64, 64, precision));
    }

    // Rows, columns and depth of floats, and the pitch of A.
    [Theory]
    [InlineData(8, 33, 33, 25, 25, true)]
    [InlineData(9, 4096, 4096, 4096, 1 << 24, true)]
    [InlineData(7, 64, 64, 64, 64, false)]
    [InlineData(8, 32, 64, 64, 64, false)]
    [InlineData(8, 64, 32, 64, 64, false)]
    [InlineData(8, 64, 64, 24, 24, false)]
    [InlineData(8, 64, 64, 64, (1 << 24) + 1, false)]
    public void LargeTilesAreForFloats(int capability, int rows, int columns, int depth, int pitch, bool expected)
    {
        using var device = Open(DeviceKind.Emulated, capability, hasCublas: false);
        var (a, b) = (new MatrixOperand(rows, depth, false, pitch), new MatrixOperand(depth, columns, false, columns));
        Assert.Equal(expected, MatMulChoice.IsStaged<float>(device, a, b));
        Assert.Equal(expected || depth == 24, MatMulChoice.IsStaged<double>(device, a, b));
        Assert.Equal(expected, MatMulChoice.IsStaged<float>(device, new MatrixOperand(columns, depth, true, columns), new MatrixOperand(depth, rows, true, pitch)));
        Assert.False(MatMulChoice.IsStaged<Half>(device, a, b));
        Assert.False(MatMulChoice.IsStaged<int>(device, a, b));
    }

    [Fact]
    public void DoublesNeedHalfAsManySteps()
    {
        using var device = Open(DeviceKind.Emulated, 9, hasCublas: false);
        Assert.True(MatMulChoice.IsStaged<double>(device, new MatrixOperand(64, 13, false, 13), new MatrixOperand(13, 64, false, 64)));
        Assert.False(MatMulChoice.IsStaged<double>(device, new MatrixOperand(64, 12, false, 12), new MatrixOperand(12, 64, false, 64)));
    }

    [Fact]
    public void LargeTilesAreOf512Bytes()
    {
        Assert.Equal(new LaunchConfig(new Dim3(6, 65_535), new Dim3(128)), ProductLaunch.Staged(129, 257, 65_535, sizeof(float)));
        Assert.Equal(new LaunchConfig(new Dim3(10, 2), new Dim3(128)), ProductLaunch.Staged(129, 257, 2, sizeof(double)));
        Assert.Equal(new LaunchConfig(new Dim3(15), new Dim3(128)), ProductLaunch.StagedGroups(384, 257, 2, sizeof(float)));
        Assert.Equal(new LaunchConfig(new Dim3(20), new Dim3(128)), ProductLaunch.StagedGroups(383, 257, 2, sizeof(double)));
    }

    // Of a k that is not cut two narrow tiles fill more multiprocessors than a wide one; of a k that is, both fill all.
    [Fact]
    public void AFusedProductIsChosenForAllOfK()
    {
        using var device = Open(DeviceKind.Cuda, 9, hasCublas: false);
        Assert.Equal(MatMulAlgorithm.Wgmma, Choose<Half>(device, MatMulAlgorithm.Auto, 64, 256, 4096));
        Assert.Equal(
            MatMulAlgorithm.WgmmaNarrow,
            MatMulChoice.OfFused<Half>(device, MatMulAlgorithm.Auto, new MatrixOperand(64, 4096, false, 4096), new MatrixOperand(4096, 256, false, 256), MatMulPrecision.Full, batch: 1));
    }

    [Fact]
    public void OnlyFloatHasAPrecision()
    {
        Assert.Equal(MatMulPrecision.Tf32x3, MatMulChoice.PrecisionOf<float>(MatMulPrecision.Tf32x3));
        Assert.Equal(MatMulPrecision.Full, MatMulChoice.PrecisionOf<double>(MatMulPrecision.Tf32));
        Assert.Equal(MatMulPrecision.Full, MatMulChoice.PrecisionOf<Half>(MatMulPrecision.Tf32));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatMulChoice.PrecisionOf<float>((MatMulPrecision)3));
    }

    [Fact]
    public void WhatIsAskedForIsTaken()
    {
        using var device = Open(DeviceKind.Emulated, 8, hasCublas: true);
        Assert.Equal(MatMulAlgorithm.TensorCore, Choose<Half>(device, MatMulAlgorithm.TensorCore, 1, 1, 0));
        Assert.Equal(MatMulAlgorithm.Cublas, Choose<Half>(device, MatMulAlgorithm.Cublas, 1, 1, 1));
        Assert.Equal(MatMulAlgorithm.Simt, Choose<Half>(device, MatMulAlgorithm.Simt, 64, 64, 64));
    }

    [Fact]
    public void WhatTheTensorCoresLackIsRefused()
    {
        using var device = Open(DeviceKind.Emulated, 7, hasCublas: false);
        using var halves = device.CreateTensor<Half>(new Half[4], [2, 2]);
        using var floats = device.CreateTensor<float>(new float[4], [2, 2]);
        Assert.Contains("8.0", Assert.Throws<CudaNotSupportedException>(() => Multiply(halves)).Message, StringComparison.Ordinal);
        Assert.Contains("9.0", Assert.Throws<CudaNotSupportedException>(() => Multiply(halves, MatMulAlgorithm.Wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("Float32", Assert.Throws<NotSupportedException>(() => Multiply(floats)).Message, StringComparison.Ordinal);

        static void Multiply<T>(DeviceTensor<T> x, MatMulAlgorithm algorithm = MatMulAlgorithm.TensorCore) where T : unmanaged, System.Numerics.INumber<T>
        {
            using var destination = x.Device.CreateUninitializedTensor<T>([2, 2]);
            x.MatMul(x, destination, algorithm: algorithm);
        }
    }

    [Fact]
    public void GroupedProductsHaveKernelsOfTheirOwn()
    {
        Assert.Equal(MatMulAlgorithm.Wgmma, Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.Auto, 16));
        Assert.Equal(MatMulAlgorithm.TensorCore, Grouped<Half>(DeviceKind.Cuda, 8, MatMulAlgorithm.Auto, 16));
        Assert.Equal(MatMulAlgorithm.Simt, Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.Auto, 15));
        Assert.Equal(MatMulAlgorithm.Simt, Grouped<float>(DeviceKind.Cuda, 9, MatMulAlgorithm.Auto, 64));
        Assert.Equal(MatMulAlgorithm.Simt, Grouped<BFloat16>(DeviceKind.Cuda, 7, MatMulAlgorithm.Auto, 64));
        Assert.Equal(MatMulAlgorithm.Simt, Grouped<BFloat16>(DeviceKind.Emulated, 9, MatMulAlgorithm.Auto, 64));
        Assert.Equal(MatMulAlgorithm.TensorCore, Grouped<BFloat16>(DeviceKind.Emulated, 9, MatMulAlgorithm.TensorCore, 1));
        Assert.Equal(MatMulAlgorithm.Simt, Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.Simt, 64));
        Assert.Contains("not by Cublas", Assert.Throws<NotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.Cublas, 64)).Message, StringComparison.Ordinal);
        Assert.Equal(MatMulAlgorithm.Wgmma, Grouped<BFloat16>(DeviceKind.Emulated, 9, MatMulAlgorithm.Wgmma, 1));
        Assert.Contains("not by WgmmaNarrow", Assert.Throws<NotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.WgmmaNarrow, 64)).Message, StringComparison.Ordinal);
        Assert.Throws<CudaNotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 8, MatMulAlgorithm.Wgmma, 64));
        Assert.Contains("not by WgmmaCluster", Assert.Throws<NotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.WgmmaCluster, 64)).Message, StringComparison.Ordinal);
        Assert.Contains("not by WgmmaPingpong", Assert.Throws<NotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 9, MatMulAlgorithm.WgmmaPingpong, 64)).Message, StringComparison.Ordinal);
        Assert.Contains("Float32", Assert.Throws<NotSupportedException>(() => Grouped<float>(DeviceKind.Cuda, 9, MatMulAlgorithm.TensorCore, 64)).Message, StringComparison.Ordinal);
        Assert.Throws<CudaNotSupportedException>(() => Grouped<Half>(DeviceKind.Cuda, 7, MatMulAlgorithm.TensorCore, 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => Grouped<Half>(DeviceKind.Cuda, 9, (MatMulAlgorithm)9, 64));

        static MatMulAlgorithm Grouped<T>(DeviceKind kind, int capability, MatMulAlgorithm algorithm, int length) where T : unmanaged
        {
            using var device = Open(kind, capability, hasCublas: true);
            return MatMulChoice.OfGrouped<T>(device, algorithm, new MatrixOperand(64, length, false, length), new MatrixOperand(length, 64, false, 64));
        }
    }

    // Pitches and starts in elements of two bytes: a tensor map takes multiples of eight.
    [Theory]
    [InlineData(24, 0, 16, "linear_algebra/matmul_wgmma.cu")]
    [InlineData(24, 8, 3, "linear_algebra/matmul_wgmma.cu")]
    [InlineData(20, 0, 16, "linear_algebra/matmul_mma.cu")]
    [InlineData(24, 1, 16, "linear_algebra/matmul_mma.cu")]
    [InlineData(24, 0, 0, "linear_algebra/matmul_mma.cu")]
    public void WgmmaTakesWhatTensorMapsTake(int pitch, int start, int depth, string file)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = new List<string>();
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled.Add(path); return text; } });
        using var rows = emulated.Device.CreateTensor<Half>([.. Enumerable.Repeat((Half)1, 5 * pitch)], [5, pitch]);
        using var a = rows.Slice(Range.All, start..(start + depth));
        using var c = emulated.Device.CreateUninitializedTensor<Half>([5, 5]);
        a.MatMul(a, c, transposeB: true, algorithm: MatMulAlgorithm.Wgmma);
        Assert.Equal(Enumerable.Repeat((Half)depth, 25), c.ToArray());
        Assert.Equal([file], compiled);
        Assert.Empty(emulated.Reports);
    }

    // Pitches, starts and lengths of a result in elements: a tensor map takes rows at multiples of 16 bytes; of one row the pitch says nothing.
    [Theory]
    [InlineData(24, 0, 5, 16, true)]
    [InlineData(24, 8, 5, 3, true)]
    [InlineData(20, 0, 5, 16, false)]
    [InlineData(24, 1, 5, 16, false)]
    [InlineData(20, 0, 1, 16, true)]
    public void ResultsLeaveByTheMapsThatTakeThem(int pitch, int start, int rows, int columns, bool isTaken)
    {
        using var device = Open(DeviceKind.Emulated, 9, hasCublas: false);
        Assert.Equal(isTaken, HasMap<Half>());
        Assert.Equal(isTaken, HasMap<BFloat16>());
        Assert.False(HasMap<float>());

        bool HasMap<T>() where T : unmanaged
        {
            using var whole = device.CreateUninitializedTensor<T>([rows, pitch]);
            using var c = whole.Slice(Range.All, start..(start + columns));
            using var map = WgmmaMaps.TryCreateResult(c, MatrixOperand.Of(c.Layout, false), new MatrixBatch(1, 0, 0, 0, 0, 0, 0));
            return map is not null;
        }
    }

    // wgmma takes floats by rows of k alone: A as it is and B transposed, in memory.
    [Theory]
    [InlineData(false, false, "linear_algebra/matmul_mma.cu")]
    [InlineData(false, true, "linear_algebra/matmul_wgmma.cu")]
    [InlineData(true, false, "linear_algebra/matmul_mma.cu")]
    [InlineData(true, true, "linear_algebra/matmul_mma.cu")]
    public void WgmmaTakesFloatsByRowsOfK(bool transposeA, bool transposeB, string file)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var compiled = new List<string>();
        using var emulated = EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions { KernelText = (path, text) => { compiled.Add(path); return text; } });
        using var a = emulated.Device.CreateTensor<float>([.. Enumerable.Range(0, 64).Select(i => (float)(i / 8))], [8, 8]);
        using var b = emulated.Device.CreateTensor<float>([.. Enumerable.Range(0, 64).Select(i => (float)(i % 8))], [8, 8]);
        using var c = emulated.Device.CreateUninitializedTensor<float>([8, 8]);
        a.MatMul(b, c, transposeA, transposeB, algorithm: MatMulAlgorithm.Wgmma, precision: MatMulPrecision.Tf32);
        using var cpu = new CpuDevice();
        using var left = cpu.CreateTensor(a.ToArray(), [8, 8]);
        using var right = cpu.CreateTensor(b.ToArray(), [8, 8]);
        using var expected = cpu.CreateUninitializedTensor<float>([8, 8]);
        left.MatMul(right, expected, transposeA, transposeB);
        Assert.Equal(expected.ToArray(), c.ToArray());
        Assert.Equal([file], compiled);
        Assert.Empty(emulated.Reports);
    }

    // Just below the middle between two TF32, in the middle, and just above it: cut off, all would be 1.
    [Theory]
    [InlineData(0x3F800FFFu, 0x3F800000u)]
    [InlineData(0x3F801000u, 0x3F800000u)]
    [InlineData(0x3F801001u, 0x3F802000u)]
    [InlineData(0x3F801FFFu, 0x3F802000u)]
    public void WgmmaRoundsFloatsToTheNearest(uint bits, uint rounded)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        using var x = emulated.Device.CreateTensor<float>([BitConverter.UInt32BitsToSingle(bits), 0, 0, 0], [1, 4]);
        using var one = emulated.Device.CreateTensor<float>([1, 0, 0, 0], [1, 4]);
        using var c = emulated.Device.CreateUninitializedTensor<float>([1, 1]);
        x.MatMul(one, c, transposeB: true, algorithm: MatMulAlgorithm.Wgmma, precision: MatMulPrecision.Tf32);
        Assert.Equal(rounded, BitConverter.SingleToUInt32Bits(c.ToArray()[0]));
        one.MatMul(x, c, transposeB: true, algorithm: MatMulAlgorithm.Wgmma, precision: MatMulPrecision.Tf32);
        Assert.Equal(rounded, BitConverter.SingleToUInt32Bits(c.ToArray()[0]));
        one.MatMul(x, c, transposeB: true, algorithm: MatMulAlgorithm.Wgmma, precision: MatMulPrecision.Tf32x3);
        Assert.InRange(BitConverter.SingleToUInt32Bits(c.ToArray()[0]), bits - 1, bits + 1);
    }

    [Fact]
    public void WgmmaIsRefusedToWhatItDoesNotMultiply()
    {
        using var device = Open(DeviceKind.Emulated, 9, hasCublas: false);
        Assert.Equal(MatMulAlgorithm.Wgmma, Choose<float>(device, MatMulAlgorithm.Wgmma, 1, 1, 1, MatMulPrecision.Tf32));
        Assert.Contains("TF32", Assert.Throws<NotSupportedException>(() => Choose<float>(device, MatMulAlgorithm.Wgmma, 64, 64, 64)).Message, StringComparison.Ordinal);
        Assert.Equal(MatMulAlgorithm.Wgmma, Choose<float>(device, MatMulAlgorithm.Wgmma, 64, 64, 64, MatMulPrecision.Tf32x3));
        Assert.Equal(MatMulAlgorithm.WgmmaCluster, Choose<Half>(device, MatMulAlgorithm.WgmmaCluster, 1, 1, 1));
        Assert.Equal(MatMulAlgorithm.WgmmaNarrow, Choose<float>(device, MatMulAlgorithm.WgmmaNarrow, 1, 1, 1, MatMulPrecision.Tf32));
        Assert.Equal(MatMulAlgorithm.WgmmaPingpong, Choose<float>(device, MatMulAlgorithm.WgmmaPingpong, 1, 1, 1, MatMulPrecision.Tf32x3));
        Assert.Throws<NotSupportedException>(() => Choose<double>(device, MatMulAlgorithm.WgmmaPingpong, 64, 64, 64));
        Assert.Throws<NotSupportedException>(() => Choose<double>(device, MatMulAlgorithm.WgmmaCluster, 64, 64, 64));
    }

    // Two rounds of the ring of six stages and more in a tile, and three tiles to a block, so that each consumer leaves such a one to the other.
    [Fact]
    public void TilesInTurnMayBeLongerThanTheRing()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        const int count = 6, rows = 2, columns = 8, depth = 13 * 64;
        using var emulated = EmulatedDevice.Open();
        using var a = emulated.Device.CreateTensor<Half>([.. Enumerable.Range(0, count * rows * depth).Select(i => (Half)(i / depth + (i % 3)))], [count, rows, depth]);
        using var b = emulated.Device.CreateTensor<Half>([.. Enumerable.Range(0, columns * depth).Select(i => (Half)(i / depth % 5))], [columns, depth]);
        using var c = emulated.Device.CreateUninitializedTensor<Half>([count, rows, columns]);
        a.MatMul(b, c, transposeB: true, algorithm: MatMulAlgorithm.WgmmaPingpong);
        Assert.Equal(Enumerable.Range(0, count * rows * columns).Select(i => (Half)(Enumerable.Range(0, depth).Sum(k => (i / columns) + ((((i / columns) * depth) + k) % 3)) * (i % columns % 5))), c.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // Sums over nothing, so that the blocks have little to do.
    [Fact]
    public void ABatchMayBeLongerThanAGrid()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        const int count = 65_538;
        using var emulated = EmulatedDevice.Open();
        using var a = emulated.Device.CreateUninitializedTensor<Half>([count, 1, 0]);
        using var b = emulated.Device.CreateUninitializedTensor<Half>([count, 0, 1]);
        using var c = emulated.Device.CreateTensor<Half>([.. Enumerable.Range(0, count).Select(i => (Half)(i % 1999))], [count, 1, 1]);
        a.MatMul(b, c, beta: 0.5, algorithm: MatMulAlgorithm.TensorCore);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (Half)(i % 1999 * 0.5)), c.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // More parts than a warp of the kernel that adds them reads at a time, with a rest; and more than a block has warps, which then share them, some with one, some with two and some with
    // none, or all with some. The device has as many multiprocessors as there are parts. Each part has its own share of the sums.
    [Theory]
    [InlineData(MatMulAlgorithm.TensorCore, 6)]
    [InlineData(MatMulAlgorithm.TensorCore, 9)]
    [InlineData(MatMulAlgorithm.TensorCore, 15)]
    [InlineData(MatMulAlgorithm.WgmmaNarrow, 9)]
    public void ManyPartsAreAdded(MatMulAlgorithm algorithm, int parts)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        const int partDepth = 4 * 64, rows = 21, columns = 45;
        var depth = parts * partDepth;
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Multiprocessors = parts });
        using var a = emulated.Device.CreateTensor<Half>([.. Enumerable.Range(0, rows * depth).Select(i => (Half)(i % 16 == 0 ? i / depth % 4 : 0))], [rows, depth]);
        using var b = emulated.Device.CreateTensor<Half>([.. Enumerable.Range(0, columns * depth).Select(i => (Half)((i % depth / partDepth) + (i / depth % 3)))], [columns, depth]);
        using var c = emulated.Device.CreateUninitializedTensor<Half>([rows, columns]);
        a.MatMul(b, c, transposeB: true, algorithm: algorithm);
        const int terms = partDepth / 16;
        var sumOfParts = parts * (parts - 1) / 2;
        Assert.Equal(Enumerable.Range(0, rows * columns).Select(i => (Half)(i / columns % 4 * terms * (sumOfParts + (parts * (i % columns % 3))))), c.ToArray());
        Assert.Empty(emulated.Reports);
    }

    private static MatMulAlgorithm Choose<T>(CudaDevice device, MatMulAlgorithm algorithm, int m, int n, int k, MatMulPrecision precision = MatMulPrecision.Full) where T : unmanaged =>
        MatMulChoice.Of<T>(device, algorithm, new MatrixOperand(m, k, false, Math.Max(k, 1)), new MatrixOperand(k, n, false, n), precision);

    private static CudaDevice Open(DeviceKind kind, int capability, bool hasCublas)
    {
        var software = SoftwareDriver.Lease(new EmulationOptions { ComputeCapability = new Version(capability, capability == 7 ? 5 : 0) });
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), hasCublas ? new SoftwareCublasSource() : null, kind, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }
}
