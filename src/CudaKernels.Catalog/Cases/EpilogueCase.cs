namespace CudaKernels.Catalog.Cases;

/// <summary>A matrix product with an expression as its epilogue, by each kernel that holds one and by a product and a second pass.</summary>
internal abstract class EpilogueCase : FloatingCase
{
    private const string Cublas = "cublas";
    private const string TensorCore = "tensor-core";
    private const string Wgmma = "wgmma";
    private const string Tf32 = "tf32";
    private const string WgmmaTf32 = "wgmma-tf32";
    private const string Cluster = "wgmma-cluster";
    private const string Pingpong = "wgmma-pingpong";

    public override string Family => "linear_algebra";

    public override IReadOnlyList<string> Variants { get; } = ["", Cublas, TensorCore, Wgmma, Tf32, WgmmaTf32, Cluster, Pingpong];

    // Where cuBLAS multiplies, the rows are reduced by a kernel of their own.
    public override string KernelFileOf(string variant) => variant == Cublas ? "linear_algebra/row_reduction.cu" : KernelFile;

    public override IReadOnlyList<CaseShape> BenchShapes => [new(512, 512, 512), new(1024, 1024, 1024)];

    public override IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => [new(4096, 4096, 4096)];

    public override bool Covers(ElementKind kind, string variant) => variant switch
    {
        TensorCore or Wgmma => kind is ElementKind.Float16 or ElementKind.BFloat16,
        Tf32 or WgmmaTf32 => kind is ElementKind.Float32,
        Cluster or Pingpong => kind is ElementKind.BFloat16,
        _ => true,
    };

    public override bool Runs(ComputeDevice device, string variant) => variant switch
    {
        Cublas => device is CudaDevice { HasCublas: true },
        TensorCore or Tf32 => device is CudaDevice { Specification.ComputeCapability.Major: >= 8 },
        Wgmma or WgmmaTf32 or Cluster or Pingpong => device is CudaDevice { HasWgmma: true },
        _ => true,
    };

    // The managed device and cuBLAS round the product before the expression.
    public override double Tolerance(ElementKind kind) => kind switch
    {
        ElementKind.Float64 => 1e-13,
        ElementKind.Float32 => 1e-5,
        ElementKind.Float16 => 2e-3,
        ElementKind.BFloat16 => 1.6e-2,
        _ => 0,
    };

    public override double ToleranceOf(ElementKind kind, string variant) => variant is Tf32 or WgmmaTf32 ? 2e-3 : Tolerance(kind);

    /// <summary>Whether the kernel takes B as it is stored with neighbours along k side by side alone.</summary>
    protected static bool TakesRowsOfK(string variant) => variant == WgmmaTf32;

    protected static MatMulAlgorithm Algorithm(string variant) => variant switch
    {
        TensorCore or Tf32 => MatMulAlgorithm.TensorCore,
        Wgmma or WgmmaTf32 => MatMulAlgorithm.Wgmma,
        Cluster => MatMulAlgorithm.WgmmaCluster,
        Pingpong => MatMulAlgorithm.WgmmaPingpong,
        Cublas => MatMulAlgorithm.Cublas,
        _ => MatMulAlgorithm.Simt,
    };

    protected static MatMulPrecision Precision(string variant) => variant is Tf32 or WgmmaTf32 ? MatMulPrecision.Tf32 : MatMulPrecision.Full;

    /// <summary>What a row of n elements is reduced to: of their references and magnitudes.</summary>
    protected static (double Value, double Scale) Reduced(RowReduction reduction, Func<nint, (double Value, double Scale)> y, nint row, nint n)
    {
        var (value, scale) = (reduction == RowReduction.Maximum ? double.NegativeInfinity : 0.0, 0.0);
        for (nint j = 0; j < n; j++)
        {
            var element = y((row * n) + j);
            (value, scale) = reduction switch
            {
                RowReduction.Maximum => (Math.Max(value, element.Value), Math.Max(scale, element.Scale)),
                RowReduction.SumOfSquares => (value + (element.Value * element.Value), scale + (2 * Math.Abs(element.Value) * element.Scale)),
                _ => (value + element.Value, scale + element.Scale),
            };
        }

        return (value, scale);
    }
}
