using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The errors that a test asked the next calls of a function to return.</summary>
internal sealed class InjectedErrors
{
    private readonly Dictionary<string, List<Plan>> _plans = new(StringComparer.Ordinal);
    private volatile bool _any;

    public void Add(string function, CUresult result, int afterCalls, int count)
    {
        lock (_plans)
        {
            if (!_plans.TryGetValue(function, out var plans))
                _plans[function] = plans = [];
            plans.Add(new Plan { Result = result, Skip = afterCalls, Left = count });
            _any = true;
        }
    }

    public void Clear()
    {
        lock (_plans)
        {
            _plans.Clear();
            _any = false;
        }
    }

    /// <summary>The result that this call of the function has to return; CUDA_SUCCESS when it is to run.</summary>
    public CUresult Take(string function)
    {
        if (!_any)
            return CUresult.CUDA_SUCCESS;
        lock (_plans)
        {
            if (!_plans.TryGetValue(function, out var plans))
                return CUresult.CUDA_SUCCESS;
            foreach (var plan in plans)
            {
                if (plan.Skip > 0)
                {
                    plan.Skip--;
                    continue;
                }

                if (--plan.Left <= 0)
                    plans.Remove(plan);
                return plan.Result;
            }

            return CUresult.CUDA_SUCCESS;
        }
    }

    public void Throw(string function)
    {
        var result = Take(function);
        if (result != CUresult.CUDA_SUCCESS)
            throw new DriverError(result);
    }

    private sealed class Plan
    {
        public CUresult Result { get; init; }

        public int Skip { get; set; }

        public int Left { get; set; }
    }
}
