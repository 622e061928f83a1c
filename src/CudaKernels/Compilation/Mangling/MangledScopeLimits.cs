namespace CudaKernels;

/// <summary>
/// Ends the writing of a name that would not end by itself: in a damaged name a template argument may contain itself, and
/// substitutions that double at each step would make a text without bounds.
/// </summary>
internal sealed class MangledScopeLimits
{
    private const int MaxDepth = 200;
    private const int MaxSteps = 100_000;
    private int _depth;
    private int _steps;

    public void Enter()
    {
        Step();
        if (++_depth > MaxDepth)
            throw new MangledNameException("nested too deeply");
    }

    public void Leave() => _depth--;

    public void Step()
    {
        if (++_steps > MaxSteps)
            throw new MangledNameException("too long");
    }
}
