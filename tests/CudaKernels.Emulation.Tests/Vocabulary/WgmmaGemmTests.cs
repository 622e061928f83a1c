using CudaKernels.Interop;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>TMA, an mbarrier ring and wgmma together: a matrix product at a ragged size, right and silent under every schedule; each line taken away is found.</summary>
public sealed class WgmmaGemmTests
{
    private const int M = 136;
    private const int N = 120;
    private const int K = 264;
    private const int SharedBytes = 6 * 16384 + 2 * 32768 + 48;

    // Late, at once, now this and now that; first in, first out and at random.
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(7, true)]
    [InlineData(0, false)]
    [InlineData(5, false)]
    public void TheProductIsRight(int seed, bool sanitize)
    {
        using var run = new Run(0, new EmulationOptions { Seed = seed, Sanitize = sanitize });
        var c = run.Product();
        Assert.Empty(run.Reports);
        for (var m = 0; m < M; m++)
        {
            for (var n = 0; n < N; n++)
            {
                var (sum, magnitude) = (0.0, 0.0);
                for (var k = 0; k < K; k++)
                {
                    var product = (double)(float)run.A[(m * K) + k] * (float)run.B[(n * K) + k];
                    (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
                }

                Assert.Equal(sum, c[(m * N) + n], magnitude * 1e-6);
            }
        }
    }

    public static TheoryData<int, int> Cuts()
    {
        var cuts = new TheoryData<int, int>();
        foreach (var cut in Enumerable.Range(1, 22))
        {
            cuts.Add(cut, 0);
            cuts.Add(cut, 3);
        }

        return cuts;
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void WhatIsTakenAwayIsFound(int cut, int seed)
    {
        using var run = new Run(cut, new EmulationOptions { Seed = seed, Sanitize = true });
        try
        {
            run.Product();
        }
        catch (CudaException fault)
        {
            Assert.NotEqual(CUresult.CUDA_SUCCESS, fault.Code);
        }

        Assert.Contains(run.Reports, report => report.Rule is not (EmulationReport.NoteRule or "leak"));
        Assert.All(run.Reports.Where(report => report.Kernel is not null), report => Assert.NotEqual(0, report.Line));
    }

    private sealed class Run : IDisposable
    {
        private readonly EmulatedDevice _emulated;
        private readonly CudaModule _module;

        public Run(int cut, EmulationOptions options)
        {
            Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
            _emulated = EmulatedDevice.Open(options);
            var compile = new CompileOptions { Defines = new Dictionary<string, string?> { ["CUT"] = $"{cut}" } };
            _module = _emulated.Device.Compile(KernelSource.FromFile(VocabularyModule.PathOf("wgmma_gemm.cu")), compile);
            var random = new Random(1);
            A = [.. Enumerable.Range(0, M * K).Select(_ => (BFloat16)(float)((random.NextDouble() * 2) - 1))];
            B = [.. Enumerable.Range(0, N * K).Select(_ => (BFloat16)(float)((random.NextDouble() * 2) - 1))];
        }

        public BFloat16[] A { get; }

        public BFloat16[] B { get; }

        public IReadOnlyList<EmulationReport> Reports => _emulated.Reports;

        public float[] Product()
        {
            var device = _emulated.Device;
            using var a = device.CreateTensor<BFloat16>(A, [M, K]);
            using var b = device.CreateTensor<BFloat16>(B, [N, K]);
            using var c = device.CreateUninitializedTensor<float>([M, N]);
            var tiles = new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 };
            using var mapA = a.CreateTensorMap([128, 64], tiles);
            using var mapB = b.CreateTensorMap([128, 64], tiles);
            using var mapC = c.CreateTensorMap([64, 128]);
            var grid = new Dim3((N + 127) / 128, (M + 127) / 128);
            device.DefaultStream.Launch(_module.GetKernel("wgmma_gemm"), new LaunchConfig(grid, 288, SharedBytes), mapA.AsReadOnly(), mapB.AsReadOnly(), mapC, K);
            return c.ToArray();
        }

        public void Dispose()
        {
            _module.Dispose();
            _emulated.Dispose();
        }
    }
}
