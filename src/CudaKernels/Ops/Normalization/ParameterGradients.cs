namespace CudaKernels;

/// <summary>Where the gradients to gamma and beta go; null for one that is not wanted.</summary>
internal readonly record struct ParameterGradients<T>(DeviceTensor<T>? Gamma, DeviceTensor<T>? Beta) where T : unmanaged
{
    /// <summary>Whether one is wanted.</summary>
    public bool Any => Gamma is not null || Beta is not null;

    /// <summary>Checks that each is a dense vector of one element per channel that stands apart from what is read and from what else is written.</summary>
    public void Require(nint channels, DeviceTensor<T> x, DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination)
    {
        Require(Gamma, channels, x, outputGradient, gamma, destination, "gammaGradient");
        Require(Beta, channels, x, outputGradient, gamma, destination, "betaGradient");
        if (Gamma is not null && Beta is not null)
        {
            TensorOperations.RequireApart(Gamma, Beta, "betaGradient");
        }
    }

    /// <summary>The gradients of no elements.</summary>
    public void Clear()
    {
        Gamma?.Fill(default);
        Beta?.Fill(default);
    }

    private static void Require(DeviceTensor<T>? gradient, nint channels, DeviceTensor<T> x, DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, string parameter)
    {
        if (gradient is null)
        {
            return;
        }

        TensorOperations.RequireShape(gradient, [channels], parameter);
        gradient.RequireDense();
        TensorOperations.RequireApart(x, gradient, parameter);
        TensorOperations.RequireApart(outputGradient, gradient, parameter);
        TensorOperations.RequireApart(destination, gradient, parameter);
        if (gamma is not null)
        {
            TensorOperations.RequireApart(gamma, gradient, parameter);
        }
    }
}
