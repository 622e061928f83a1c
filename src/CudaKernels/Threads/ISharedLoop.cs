namespace CudaKernels;

/// <summary>A loop that other threads may join while it runs.</summary>
internal interface ISharedLoop
{
    /// <summary>Does chunks of the loop until none is left; returns at once if the loop has ended. Throws nothing.</summary>
    void Join();
}
