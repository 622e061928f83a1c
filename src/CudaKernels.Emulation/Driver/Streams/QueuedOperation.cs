namespace CudaKernels.Emulation;

/// <summary>An operation in a stream with its number in the order in which the device was given work.</summary>
internal readonly record struct QueuedOperation(long Sequence, Operation Operation);
