namespace CudaKernels.Networks;

/// <summary>Tensors that layers, losses and optimizers own: a scope that is open where they are made, such as one around a step of the training, does not.</summary>
internal static class Lasting
{
    /// <summary>Takes a tensor out of the scope that it was made in.</summary>
    /// <returns><paramref name="tensor"/>.</returns>
    public static DeviceTensor<T> Keep<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        // Any scope takes a tensor out of the one that owns it.
        using var scope = tensor.Device.CreateScope();
        return scope.Keep(tensor);
    }
}
