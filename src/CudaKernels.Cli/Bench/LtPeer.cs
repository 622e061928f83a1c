using CudaKernels.Catalog;
using CudaKernels.Interop;

namespace CudaKernels.Cli.Bench;

/// <summary>A product of cuBLASLt over operands of its own, with the float64 sums that its result is compared with.</summary>
internal sealed class LtPeer<TLeft, TRight, T> : IDisposable where TLeft : unmanaged where TRight : unmanaged where T : unmanaged
{
    private static readonly CaseSample s_sample = new(Elements: 1024, Seed: 1);

    private readonly List<IDisposable> _owned = [];
    private readonly LtProblem _problem;
    private readonly TLeft[] _left;
    private readonly TRight[] _right;
    private readonly LtScales _scales;
    private readonly DeviceBuffer<T> _result;
    private readonly LtProduct _product;
    private readonly double _tolerance;
    private cublasStatus_t _status;

    /// <param name="device">The device.</param>
    /// <param name="problem">The product.</param>
    /// <param name="range">The largest magnitude of the operands.</param>
    /// <param name="scales">Their scales.</param>
    /// <param name="tolerance">The largest error, relative to the sum of the magnitudes.</param>
    /// <exception cref="CublasException">The library refuses the product.</exception>
    public LtPeer(CudaDevice device, LtProblem problem, double range, LtScales scales, double tolerance)
    {
        (_problem, _scales, _tolerance) = (problem, scales, tolerance);
        using (var inputs = new CaseInputs(device, new CaseShape(problem.M, problem.N, problem.K), "", seed: 1, specials: false))
        {
            _left = inputs.Input<TLeft>([problem.M, problem.K], -range, range).Data;
            _right = inputs.Input<TRight>(problem.HasRowsOfK ? [problem.N, problem.K] : [problem.K, problem.N], -range, range).Data;
        }

        try
        {
            _result = Own(device.CreateBuffer<T>((long)problem.M * problem.N));
            _product = Own(new LtProduct(device, problem, new LtOperands(
                Own(device.CreateBuffer<TLeft>(_left)).Address,
                Own(device.CreateBuffer<TRight>(_right)).Address,
                _result.Address,
                Place(device, scales.LeftMemory),
                Place(device, scales.RightMemory))));
            // What the library refuses only now is refused too.
            var status = _product.Run();
            device.Synchronize();
            if (status != cublasStatus_t.CUBLAS_STATUS_SUCCESS)
            {
                throw new CublasException(status, $"cublasLtMatmul: {status}");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Puts a call into the device's stream.</summary>
    public void Run()
    {
        var status = _product.Run();
        _status = _status == cublasStatus_t.CUBLAS_STATUS_SUCCESS ? status : _status;
    }

    /// <summary>Fills the result with bytes of 0xFF: NaN, or -1.</summary>
    public void Poison() => _result.Clear(value: 0xFF);

    /// <summary>Compares a sample of the result with float64 sums; null when it is right.</summary>
    public string? Failure()
    {
        if (_status != cublasStatus_t.CUBLAS_STATUS_SUCCESS)
        {
            return $"cublasLtMatmul: {_status}";
        }

        var got = _result.ToArray();
        foreach (var at in s_sample.Rows(got.Length, width: 1))
        {
            var (value, magnitude) = Reference(at / _problem.N, at % _problem.N);
            if (CaseError.Measure<T>(got.AsSpan(at, 1), [value], [magnitude], floor: 1e-3, _tolerance, at).Failure is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }

    // The sums between one scale and the next, each times the scales of its row and column.
    private (double Value, double Magnitude) Reference(int row, int column)
    {
        var (all, magnitudes) = (0.0, 0.0);
        for (var start = 0; start < _problem.K; start += LtScales.Length)
        {
            var (sum, magnitude) = (0.0, 0.0);
            for (var p = start; p < Math.Min(start + LtScales.Length, _problem.K); p++)
            {
                var right = _right[_problem.HasRowsOfK ? (column * _problem.K) + p : (p * _problem.N) + column];
                var product = CaseElement.ToDouble(_left[(row * _problem.K) + p]) * CaseElement.ToDouble(right);
                (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
            }

            var factor = _scales.Of(row, column, start / LtScales.Length);
            (all, magnitudes) = (all + (factor * sum), magnitudes + Math.Abs(factor * magnitude));
        }

        return (all, magnitudes);
    }

    private CUdeviceptr Place(CudaDevice device, float[] scales) => scales.Length == 0 ? default : Own(device.CreateBuffer<float>(scales)).Address;

    private TResource Own<TResource>(TResource resource) where TResource : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
