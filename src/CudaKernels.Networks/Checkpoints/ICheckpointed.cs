namespace CudaKernels.Networks;

/// <summary>Something that a <see cref="Checkpoint"/> can save and restore.</summary>
public interface ICheckpointed
{
    /// <summary>Names every piece of the state. The same call serves saving and restoring, so the two cannot differ.</summary>
    /// <param name="state">Takes the pieces.</param>
    void Describe(CheckpointState state);
}
