namespace CudaKernels.Tests.UserFiles;

/// <summary>Kernels over vectors and images of ordinary CUDA files, unmodified: right, and without a report.</summary>
public sealed class UserArrayTests
{
    [Fact]
    public void SumsByShufflesAndByAtomics()
    {
        using var run = new UserRun();
        var x = UserRun.Random(1000);
        run.Clean("reduction.cu", "reduce_shuffle", "3", "256", 0, 1, run.In(x), "inout:f32[1]=zeros", "i32:1000");
        UserRun.Near([x.Sum(value => (double)value)], run.Output<float>(1));
        run.Clean("reduction.cu", "reduce_atomic", "4", "64", 0, 1, "in:i32[250]=iota", "inout:i64[1]=zeros", "i32:250");
        Assert.Equal([249L * 125], run.Output<long>(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TheLastBlockSumsWhatTheOthersLeft(int seed)
    {
        using var run = new UserRun();
        var x = UserRun.Random(1000);
        run.Clean("reduction.cu", "reduce_single_pass", "5", "128", 0, seed, run.In(x), "out:f32[5]", "out:f32[1]", "i32:1000");
        UserRun.Near([x.Sum(value => (double)value)], run.Output<float>(2));
    }

    [Fact]
    public void AWarpThatReliesOnVolatileIsARaceWithItsCure()
    {
        using var run = new UserRun();
        var result = run.Start("volatile_reduction.cu", "reduce4", "2", "128", 512, 0, "in:f32[256]=ones", "out:f32[2]");
        Assert.Equal(1, result.ExitCode);
        var reports = result.Document()["reports"]!.AsArray();
        Assert.All(reports, report => Assert.Equal("race", (string)report!["rule"]!));
        Assert.All(reports, report => Assert.Contains("__syncwarp()", (string)report!["message"]!));
        Assert.All(reports, report => Assert.Contains("volatile does not order lanes since Volta", (string)report!["message"]!));
        Assert.All(reports, report => Assert.InRange((int)report!["line"]!, 5, 10));
    }

    [Fact]
    public void Histogram()
    {
        using var run = new UserRun();
        byte[] data = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i % 251))];
        run.Clean("histogram.cu", "histogram", "3", "96", 0, 2, run.In(data), "inout:i32[256]=zeros", "i32:3000");
        Assert.Equal(Enumerable.Range(0, 256).Select(bin => data.Count(value => value == bin)), run.Output<int>(1));
    }

    [Fact]
    public void Scans()
    {
        using var run = new UserRun();
        run.Clean("scan.cu", "scan_hillis_steele", "1", "100", 800, 1, "out:f32[100]", "in:f32[100]=iota", "i32:100");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * (i + 1) / 2f), run.Output<float>(0));
        run.Clean("scan.cu", "scan_blelloch", "1", "64", 512, 1, "out:f32[128]", "in:f32[128]=iota", "i32:128");
        Assert.Equal(Enumerable.Range(0, 128).Select(i => i * (i - 1) / 2f), run.Output<float>(0));
        run.Clean("scan.cu", "scan_shuffle", "1", "96", 0, 1, "inout:i32[96]=iota", "i32:96");
        Assert.Equal(Enumerable.Range(0, 96).Select(i => i * (i + 1) / 2), run.Output<int>(0));
    }

    [Fact]
    public void BitonicSort()
    {
        using var run = new UserRun();
        int[] keys = [.. Enumerable.Range(0, 256).Select(i => i * 7919 % 1000)];
        run.Clean("bitonic.cu", "bitonic_shared", "1", "128", 1024, 3, run.InOut(keys), "i32:256");
        Assert.Equal(keys.Order(), run.Output<int>(0));
        var x = UserRun.Random(128);
        run.Clean("bitonic.cu", "bitonic_step", "2", "64", 0, 3, run.InOut(x), "i32:64", "i32:128");
        Assert.Equal(Enumerable.Range(0, 128).Select(i => i < 64 ? Math.Min(x[i], x[i + 64]) : Math.Max(x[i], x[i - 64])), run.Output<float>(0));
    }

    [Fact]
    public void NeighbourhoodsWithAHalo()
    {
        using var run = new UserRun();
        const int width = 40, height = 21;
        var x = UserRun.Random(width * height);
        double At(int row, int column) => row >= 0 && row < height && column >= 0 && column < width ? x[(row * width) + column] : 0;
        run.Clean("stencil.cu", "heat_step", "3,2", "16,16", 0, 1, $"out:f32[{x.Length}]", run.In(x), $"i32:{width}", $"i32:{height}", "f32:0.25");
        double[] heat = [.. x.Select((value, i) => i / width is > 0 and < height - 1 && i % width is > 0 and < width - 1 ? value + (0.25 * (x[i - 1] + x[i + 1] + x[i - width] + x[i + width] - (4 * value))) : value)];
        UserRun.Near(heat, run.Output<float>(0));

        run.Clean("stencil.cu", "convolution_2d", "3,2", "16,16", 0, 1, $"out:f32[{x.Length}]", run.In(x), $"i32:{width}", $"i32:{height}");
        int[] weights = [1, 4, 6, 4, 1];
        double[] smooth = [.. x.Select((_, i) => Enumerable.Range(0, 25).Sum(tap => weights[tap / 5] * weights[tap % 5] * At((i / width) + (tap / 5) - 2, (i % width) + (tap % 5) - 2)) / 256)];
        UserRun.Near(smooth, run.Output<float>(0));

        run.Clean("stencil.cu", "box_filter_rows", "1", "32", 0, 1, $"out:f32[{x.Length}]", run.In(x), $"i32:{width}", $"i32:{height}", "i32:3");
        double[] box = [.. x.Select((_, i) => Enumerable.Range(-3, 7).Average(d => x[(i / width * width) + Math.Clamp((i % width) + d, 0, width - 1)]))];
        UserRun.Near(box, run.Output<float>(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void PartitionsOfGroups(int seed)
    {
        using var run = new UserRun();
        run.Clean("groups.cu", "oddEvenCountAndSum", "2", "64", 0, seed, "in:i32[256]=iota", "inout:i32[3]=zeros", "u32:256");
        Assert.Equal([128, 128 * 128, 127 * 128], run.Output<int>(1));
        run.Clean("groups.cu", "labels_and_scans", "1", "64", 0, seed, "in:i32[64]=iota", "out:i32[64]", "out:i32[64]");
        Assert.Equal(Enumerable.Range(0, 64).Select(i => Enumerable.Range(i / 32 * 32, 32).Where(other => other % 3 == i % 3).Sum()), run.Output<int>(1));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (Enumerable.Range(i / 8 * 8, (i % 8) + 1).Sum() * 1000) + Enumerable.Range(i / 8 * 8, i % 8).Sum()), run.Output<int>(2));
        run.Clean("groups.cu", "wide_tiles", "1", "128", 0, seed, "in:i32[128]=iota", "out:i32[128]");
        Assert.Equal(Enumerable.Range(0, 128).Select(i => (Enumerable.Range(i / 64 * 64, 64).Sum() * 1000) + (i / 64 * 64)), run.Output<int>(1));
        run.Clean("groups.cu", "group_sums", "1", "64", 256, seed, "out:i32[17]");
        Assert.Equal(Enumerable.Repeat(6, 16).Prepend(2016), run.Output<int>(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void LanesThatComeTogether(int seed)
    {
        using var run = new UserRun();
        int[] source = [.. Enumerable.Range(0, 200).Select(i => i * 37 % 101 - 50)];
        var positive = source.Where(value => value > 0).Order().ToArray();
        run.Clean("groups.cu", "filter_arr", "2", "48", 0, seed, run.InOut(new int[200]), "inout:i32[1]=zeros", run.In(source), "i32:200");
        Assert.Equal([positive.Length], run.Output<int>(1));
        Assert.Equal(positive, run.Output<int>(0).Take(positive.Length).Order());
    }

    [Fact]
    public void AGridThatMeetsAndACopyOfTheWholeBlock()
    {
        using var run = new UserRun();
        var x = UserRun.Random(1000);
        run.Clean("groups.cu", "normalize", "4", "256", 0, 1, run.InOut(x), "out:f32[4]", "i32:1000");
        var length = Math.Sqrt(x.Sum(value => (double)value * value));
        UserRun.Near(x.Select(value => value / length).ToArray(), run.Output<float>(0));
        run.Clean("groups.cu", "reversed_tiles", "2", "128", 0, 1, "out:f32[256]", "in:f32[256]=iota");
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (float)((i / 128 * 128) + 127 - (i % 128))), run.Output<float>(0));
    }

    [Fact]
    public void HalvesBodiesAndRandomPoints()
    {
        using var run = new UserRun();
        Half[] x = [.. Enumerable.Range(0, 101).Select(i => (Half)(i / 8.0))], y = [.. Enumerable.Range(0, 101).Select(i => (Half)(i % 3))];
        run.Clean("vectors.cu", "haxpy", "1", "32", 0, 1, "i32:101", "f16:2", run.In(x), run.InOut(y));
        Assert.Equal(x.Zip(y, (a, b) => (Half)((2 * (double)a) + (double)b)), run.Output<Half>(3));

        var bodies = UserRun.Random(64 * 4);
        run.Clean("vectors.cu", "calculate_forces", "2", "32", 512, 1, run.In(bodies), "out:f32[256]", "i32:64");
        UserRun.Near(Forces(bodies), run.Output<float>(1), 1e-3);

        run.Clean("vectors.cu", "monte_carlo_pi", "2", "64", 0, 1, "inout:i64[1]=zeros", "i32:200");
        Assert.InRange(run.Output<long>(0)[0] * 4 / (128 * 200.0), 3.05, 3.23);
    }

    private static double[] Forces(float[] bodies)
    {
        var forces = new double[bodies.Length];
        for (var i = 0; i < bodies.Length; i += 4)
        {
            for (var j = 0; j < bodies.Length; j += 4)
            {
                double[] r = [bodies[j] - (double)bodies[i], bodies[j + 1] - (double)bodies[i + 1], bodies[j + 2] - (double)bodies[i + 2]];
                var s = bodies[j + 3] * Math.Pow((r[0] * r[0]) + (r[1] * r[1]) + (r[2] * r[2]) + 0.01, -1.5);
                for (var axis = 0; axis < 3; axis++)
                {
                    forces[i + axis] += r[axis] * s;
                }
            }
        }

        return forces;
    }

    [Fact]
    public void SharedArraysOfHalvesInTemplates()
    {
        using var run = new UserRun();
        run.Clean("half_tile.cu", "reversed<32>", "1", "32", 0, 1, "in:f16[32]=iota", "out:f16[32]");
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (Half)(31 - i + 496)), run.Output<Half>(1));
        run.Clean("half_tile.cu", "product_of_halves", "1", "32", 0, 1, "in:f16[256]=ones", "in:f16[256]=ones", "out:f16[256]");
        Assert.All(run.Output<Half>(2), value => Assert.Equal((Half)17, value));
    }

    [Fact]
    public void RandomNumbers()
    {
        using var run = new UserRun();
        run.Clean("random_numbers.cu", "xorwow", "1", "1", 0, 1, "out:i32[4]", "out:f32[64]", "i64:0", "i32:0", "i32:0");
        Assert.Equal(0.740219, (uint)run.Output<int>(0)[0] / 4294967296.0, 5e-7); // as cuRAND begins for a seed of 0
        Assert.All(run.Output<float>(1), value => Assert.InRange(value, float.Epsilon, 1f));
        Assert.InRange(run.Output<float>(1).Average(), 0.35, 0.65);
        run.Clean("random_numbers.cu", "jumps", "1", "1", 0, 1, "out:i32[8]");
        Assert.All(run.Output<int>(0), difference => Assert.Equal(0, difference));
        run.Clean("random_numbers.cu", "philox", "1", "1", 0, 1, "out:i32[4]", "out:f32[64]", "i32:64");
        // Salmon et al. (2011), the known answer for a key and counter of zeros.
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], System.Runtime.InteropServices.MemoryMarshal.Cast<int, uint>(run.Output<int>(0)).ToArray());
        Assert.InRange(run.Output<float>(1).Average(), -0.5, 0.5);
        run.Clean("random_numbers.cu", "pairs", "1", "1", 0, 1, "out:f32[10]");
        Assert.All(run.Output<float>(0), difference => Assert.Equal(0f, difference));
        run.Clean("random_numbers.cu", "doubles", "1", "1", 0, 1, "out:f64[6]");
        Assert.All(run.Output<double>(0), difference => Assert.Equal(0.0, difference, 1e-15));
    }

    [Fact]
    public void CopiesByPipelinePrimitives()
    {
        using var run = new UserRun();
        run.Clean("pipeline.cu", "reversed", "1", "32", 0, 1, "in:f32[128]=iota", "out:f32[128]");
        Assert.Equal(Enumerable.Range(0, 128).Select(i => 127f - i), run.Output<float>(1));
        var forgets = run.Start("pipeline.cu", "reversed", "1", "32", 0, 0, "--define", "FORGETS=1", "in:f32[128]=iota", "out:f32[128]");
        Assert.Equal(1, forgets.ExitCode);
        Assert.Contains(forgets.Document()["reports"]!.AsArray(), report => (string)report!["rule"]! == "async-wait" && (int)report["line"]! == 12);
    }
}
