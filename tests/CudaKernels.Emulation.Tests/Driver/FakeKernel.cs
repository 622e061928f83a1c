using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>A kernel whose body is C#.</summary>
internal sealed unsafe class FakeKernel(string name, (int Offset, int Size)[] parameters, FakeKernel.Body body) : KernelCode
{
    public delegate void Body(in KernelLaunch launch);

    public override string Name => name;

    public override IReadOnlyList<(int Offset, int Size)> Parameters => parameters;

    public override int MaxThreadsPerBlock => Bounds;

    public override int StaticSharedBytes => Shared;

    public override bool IsStaticSharedExact => !IsBound;

    public int Bounds { get; init; }

    public bool IsBound { get; init; }

    public int Shared { get; init; }

    public Dim3 RequiredCluster { get; init; }

    public override Dim3 Cluster => RequiredCluster;

    /// <summary>p[0] = p[0] * factor + addend: the order of two of them shows in the result.</summary>
    public static FakeKernel MultiplyAdd { get; } = new("multiply_add", [(0, 8), (8, 4), (12, 4)], static (in launch) =>
    {
        var target = *(int**)launch.Arguments[0];
        *target = *target * *(int*)launch.Arguments[1] + *(int*)launch.Arguments[2];
    });

    public override void Run(in KernelLaunch launch) => body(launch);
}
