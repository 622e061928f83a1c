namespace CudaKernels.Tests.UserFiles;

/// <summary>Matrix kernels of ordinary CUDA files, unmodified, host code and all: right, and without a report.</summary>
public sealed class UserMatrixTests
{
    [Theory]
    [InlineData("sgemm_naive", "2,2", "32,32", 33, 40, 17)]
    [InlineData("sgemm_coalesced<32>", "2,2", "1024", 33, 40, 17)]
    [InlineData("sgemm_shared<16>", "2,3", "256", 32, 48, 32)]
    [InlineData("sgemm_register_tiled<32, 32, 8, 4, 4>", "2,1", "64", 32, 64, 24)]
    [InlineData("sgemm_vectorized<32, 32, 8, 4, 4>", "2,1", "64", 32, 64, 24)]
    [InlineData("sgemm_warp_tiled<64, 64, 8, 32, 32, 8, 4, 128>", "1,1", "128", 64, 64, 16)]
    public void MatrixProducts(string kernel, string grid, string block, int m, int n, int k)
    {
        using var run = new UserRun();
        var (a, b, c) = (UserRun.Random(m * k), UserRun.Random(k * n, 2), UserRun.Random(m * n, 3));
        run.Clean("sgemm.cu", kernel, grid, block, 0, 1, $"i32:{m}", $"i32:{n}", $"i32:{k}", "f32:1.5", run.In(a), run.In(b), "f32:0.5", run.InOut(c));
        UserRun.Near(Product(m, n, k, (i, p) => a[(i * k) + p], (p, j) => b[(p * n) + j], (i, sum) => (1.5 * sum) + (0.5 * c[i])), run.Output<float>(7));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void TensorCoreProductsInAnyElementOrder(int seed)
    {
        using var run = new UserRun();
        const int m = 32, n = 16, k = 48;
        Half[] a = [.. UserRun.Random(m * k).Select(value => (Half)value)], b = [.. UserRun.Random(n * k, 2).Select(value => (Half)value)];
        var c = UserRun.Random(m * n, 3);
        run.Clean("wmma_gemm.cu", "wmma_example", "1,1", "64,1", 0, seed, run.In(a), run.In(b), run.InOut(c), $"i32:{m}", $"i32:{n}", $"i32:{k}", "f32:2", "f32:0.5");
        UserRun.Near(Product(m, n, k, (i, p) => (double)a[(i * k) + p], (p, j) => (double)b[(j * k) + p], (i, sum) => (2 * sum) + (0.5 * c[i])), run.Output<float>(2));
    }

    [Fact]
    public void TensorCoreProductsOfBytes()
    {
        using var run = new UserRun();
        sbyte[] a = [.. Enumerable.Range(0, 512).Select(i => (sbyte)((i * 37 % 256) - 128))], b = [.. Enumerable.Range(0, 512).Select(i => (sbyte)((i * 91 % 256) - 128))];
        run.Clean("wmma_gemm.cu", "wmma_bytes", "1", "32", 0, 0, run.In(a), run.In(b), "out:i32[256]", "i32:32");
        Assert.Equal(Product(16, 16, 32, (i, p) => a[(i * 32) + p], (p, j) => b[(j * 32) + p], (_, sum) => sum), run.Output<int>(2).Select(value => (double)value));
    }

    [Fact]
    public void CodeThatAssumesTheElementOrderOfAFragmentFails()
    {
        using var run = new UserRun();
        Half[] a = [.. Enumerable.Range(0, 256).Select(i => (Half)(i % 16 == i / 16 ? 1 : 0))], b = [.. Enumerable.Range(0, 256).Select(i => (Half)i)];
        run.Clean("wmma_gemm.cu", "wmma_assumes_layout", "1", "32", 0, 0, run.In(a), run.In(b), "out:f32[256]");
        Assert.NotEqual(Product(16, 16, 16, (i, p) => i == p ? 1 : 0, (p, j) => (double)b[(j * 16) + p], (_, sum) => sum), run.Output<float>(2).Select(value => (double)value));
    }

    [Fact]
    public void Transposition()
    {
        using var run = new UserRun();
        const int width = 45, height = 37;
        var x = UserRun.Random(width * height);
        run.Clean("transpose.cu", "transposeNoBankConflicts", "2,2", "32,8", 0, 3, $"out:f32[{width * height}]", run.In(x), $"i32:{width}", $"i32:{height}");
        Assert.Equal(Enumerable.Range(0, width * height).Select(i => x[(i % height * width) + (i / height)]), run.Output<float>(0));
    }

    [Fact]
    public void LayerNormalisationByCooperativeGroups()
    {
        using var run = new UserRun();
        const int rows = 5, columns = 70;
        var (x, weight, bias) = (UserRun.Random(rows * columns), UserRun.Random(columns, 2), UserRun.Random(columns, 3));
        run.Clean("layernorm.cu", "layernorm_forward_kernel", "3", "64", 0, 2, $"out:f32[{x.Length}]", $"out:f32[{rows}]", $"out:f32[{rows}]", run.In(x), run.In(weight), run.In(bias), $"i32:{rows}", $"i32:{columns}");
        var expected = x.Chunk(columns).SelectMany(row =>
        {
            var mean = row.Average(value => (double)value);
            var scale = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + 1e-5);
            return row.Select((value, i) => ((value - mean) * scale * weight[i]) + bias[i]);
        });
        UserRun.Near(expected.ToArray(), run.Output<float>(0));
    }

    [Theory]
    [InlineData("softmax_shared", 64 * 4)]
    [InlineData("softmax_shuffle", 2 * 2 * 4)]
    public void Softmax(string kernel, int shared)
    {
        using var run = new UserRun();
        const int rows = 3, columns = 100;
        var x = UserRun.Random(rows * columns);
        run.Clean("softmax.cu", kernel, "3", "64", shared, 1, $"out:f32[{x.Length}]", run.In(x), $"i32:{rows}", $"i32:{columns}");
        UserRun.Near(x.Chunk(columns).SelectMany(row => row.Select(value => Math.Exp(value) / row.Sum(other => Math.Exp(other)))).ToArray(), run.Output<float>(0));
    }

    [Fact]
    public void MatrixTimesVector()
    {
        using var run = new UserRun();
        const int rows = 9, columns = 75;
        var (a, x) = (UserRun.Random(rows * columns), UserRun.Random(columns, 2));
        run.Clean("vectors.cu", "matvec", "3", "128", 0, 1, run.In(a), run.In(x), $"out:f32[{rows}]", $"i32:{rows}", $"i32:{columns}");
        UserRun.Near(Product(rows, 1, columns, (i, p) => a[(i * columns) + p], (p, _) => x[p], (_, sum) => sum), run.Output<float>(2));
    }

    private static double[] Product(int m, int n, int k, Func<int, int, double> a, Func<int, int, double> b, Func<int, double, double> finish) =>
        [.. Enumerable.Range(0, m * n).Select(i => finish(i, Enumerable.Range(0, k).Sum(p => a(i / n, p) * b(p, i % n))))];
}
