namespace CudaKernels.Emulation;

/// <summary>Takes operations back, so that giving work to a stream allocates nothing once warm.</summary>
internal interface IOperationPool
{
    void Return(Operation operation);
}

/// <summary>The idle operations of one kind.</summary>
internal sealed class OperationPool<T> : IOperationPool where T : Operation, new()
{
    private const int Most = 1024;
    private readonly Stack<T> _idle = new();

    public T Rent()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var known))
                return known;
        }

        return new T { Home = this };
    }

    public void Return(Operation operation)
    {
        lock (_idle)
        {
            if (_idle.Count < Most)
                _idle.Push((T)operation);
        }
    }
}
