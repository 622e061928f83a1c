using System.Runtime.InteropServices;
using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class GraphTests
{
    [Fact]
    public void NodesRunInTheOrderOfTheirEdges()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var session = new DriverSession(new EmulationOptions { Seed = seed });
            var memory = session.Allocate(4);
            session.WriteInts(memory, 0);
            var graph = Create(session);
            var first = AddKernel(session, graph, memory, 10, 1);
            var second = AddKernel(session, graph, memory, 10, 2);
            var third = AddKernel(session, graph, memory, 10, 3, second);
            DriverSession.Check(session.Api.cuGraphAddDependencies(graph, &first, &second, null, 1));
            Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGraphAddDependencies(graph, &first, &second, null, 1));
            Run(session, Instantiate(session, graph));
            Assert.Equal([123], session.ReadInts(memory, 1));

            nuint count = 0;
            DriverSession.Check(session.Api.cuGraphNodeGetDependencies(third, null, null, &count));
            Assert.Equal((nuint)1, count);
        }
    }

    [Fact]
    public void IndependentNodesRunInAnOrderThatTheSeedChooses()
    {
        var results = Enumerable.Range(0, 20).Select(seed =>
        {
            using var session = new DriverSession(new EmulationOptions { Seed = seed });
            var memory = session.Allocate(4);
            session.WriteInts(memory, 0);
            var graph = Create(session);
            AddKernel(session, graph, memory, 10, 1);
            AddKernel(session, graph, memory, 10, 2);
            Run(session, Instantiate(session, graph));
            return session.ReadInts(memory, 1)[0];
        });
        Assert.Equal([12, 21], results.Distinct().Order());
    }

    [Fact]
    public void ACycleIsRefused()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(4);
        var graph = Create(session);
        var first = AddKernel(session, graph, memory, 1, 1);
        var second = AddKernel(session, graph, memory, 1, 1, first);
        DriverSession.Check(session.Api.cuGraphAddDependencies(graph, &second, &first, null, 1));
        CUgraphExec exec;
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGraphInstantiate(&exec, graph, 0));
    }

    [Fact]
    public void AnInstanceTakesNewParametersButNoNewShape()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(4);
        session.WriteInts(memory, 0);
        var graph = Create(session);
        AddKernel(session, graph, memory, 10, 1);
        var exec = Instantiate(session, graph);
        Run(session, exec);

        var changed = Create(session);
        var node = AddKernel(session, changed, memory, 10, 2);
        CUgraphExecUpdateResultInfo info;
        DriverSession.Check(session.Api.cuGraphExecUpdate(exec, changed, &info));
        Run(session, exec);
        Assert.Equal([12], session.ReadInts(memory, 1));

        AddKernel(session, changed, memory, 1, 0, node);
        Assert.Equal(CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, session.Api.cuGraphExecUpdate(exec, changed, &info));
        Assert.Equal(CUgraphExecUpdateResult.CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED, info.result);
        Run(session, exec);
        Assert.Equal([122], session.ReadInts(memory, 1));
    }

    [Fact]
    public void NodesOfOtherKindsRun()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(16);
        var graph = Create(session);
        CUgraphNode fill, copy, host, child, mark;
        var fillParameters = new CUDA_MEMSET_NODE_PARAMS { dst = memory, value = 7, elementSize = 4, width = 2, height = 1 };
        DriverSession.Check(session.Api.cuGraphAddMemsetNode(&fill, graph, null, 0, &fillParameters, session.Context));
        var copyParameters = new CUDA_MEMCPY3D
        {
            srcMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE,
            srcDevice = memory,
            dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE,
            dstDevice = new CUdeviceptr(memory.Value + 8),
            WidthInBytes = 8,
            Height = 1,
            Depth = 1,
        };
        DriverSession.Check(session.Api.cuGraphAddMemcpyNode(&copy, graph, &fill, 1, &copyParameters, session.Context));
        var calls = stackalloc int[1];
        var hostParameters = new CUDA_HOST_NODE_PARAMS { fn = &Count, userData = calls };
        DriverSession.Check(session.Api.cuGraphAddHostNode(&host, graph, &copy, 1, &hostParameters));
        var inner = Create(session);
        AddKernel(session, inner, memory, 2, 1);
        DriverSession.Check(session.Api.cuGraphAddChildGraphNode(&child, graph, &host, 1, inner));
        var reached = session.CreateEvent();
        DriverSession.Check(session.Api.cuGraphAddEventRecordNode(&mark, graph, &child, 1, reached));

        var exec = Instantiate(session, graph);
        Run(session, exec);
        DriverSession.Check(session.Api.cuEventSynchronize(reached));
        Assert.Equal(1, *calls);
        Assert.Equal([15, 7, 7, 7], session.ReadInts(memory, 4));

        CUgraphNodeType type;
        DriverSession.Check(session.Api.cuGraphNodeGetType(child, &type));
        Assert.Equal(CUgraphNodeType.CU_GRAPH_NODE_TYPE_GRAPH, type);
        DriverSession.Check(session.Api.cuGraphNodeSetEnabled(exec, fill, 0));
        Run(session, exec);
        Assert.Equal([31, 7, 15, 7], session.ReadInts(memory, 4));
    }

    [Fact]
    public void KernelNodesTellAndTakeTheirParameters()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(4);
        session.WriteInts(memory, 1);
        var graph = Create(session);
        var node = AddKernel(session, graph, memory, 10, 4);
        CUDA_KERNEL_NODE_PARAMS parameters;
        DriverSession.Check(session.Api.cuGraphKernelNodeGetParams(node, &parameters));
        Assert.Equal((1u, 10, 4), (parameters.gridDimX, *(int*)parameters.kernelParams[1], *(int*)parameters.kernelParams[2]));
        var addend = 9;
        void** arguments = stackalloc void*[] { parameters.kernelParams[0], parameters.kernelParams[1], &addend };
        parameters.kernelParams = arguments;
        var exec = Instantiate(session, graph);
        DriverSession.Check(session.Api.cuGraphExecKernelNodeSetParams(exec, node, &parameters));
        Run(session, exec);
        Assert.Equal([19], session.ReadInts(memory, 1));
    }

    [Fact]
    public void NewParametersOfAKernelNodeLeaveItsClusterAsItIs()
    {
        using var session = new DriverSession();
        var seen = new List<(uint Grid, uint Cluster)>();
        var kernel = session.Load(new FakeKernel("clustered", [], (in launch) => seen.Add((launch.Shape.GridX, launch.Shape.ClusterX))));
        var stream = session.CreateStream();
        var attribute = new CUlaunchAttribute { id = CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION };
        attribute.value.clusterDim = new CUlaunchAttributeValue_clusterDim { x = 4, y = 1, z = 1 };
        var config = new CUlaunchConfig { gridDimX = 8, gridDimY = 1, gridDimZ = 1, blockDimX = 32, blockDimY = 1, blockDimZ = 1, attrs = &attribute, numAttrs = 1, hStream = stream };
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL));
        DriverSession.Check(session.Api.cuLaunchKernelEx(&config, kernel, null, null));
        CUgraph graph;
        DriverSession.Check(session.Api.cuStreamEndCapture(stream, &graph));
        CUgraphNode node;
        nuint nodes = 1;
        DriverSession.Check(session.Api.cuGraphGetNodes(graph, &node, &nodes));
        CUDA_KERNEL_NODE_PARAMS parameters;
        DriverSession.Check(session.Api.cuGraphKernelNodeGetParams(node, &parameters));
        var exec = Instantiate(session, graph);
        parameters.gridDimX = 12;
        DriverSession.Check(session.Api.cuGraphExecKernelNodeSetParams(exec, node, &parameters));
        Run(session, exec);
        parameters.gridDimX = 10;
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGraphExecKernelNodeSetParams(exec, node, &parameters));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGraphKernelNodeSetParams(node, &parameters));
        parameters.gridDimX = 16;
        DriverSession.Check(session.Api.cuGraphKernelNodeSetParams(node, &parameters));
        Run(session, Instantiate(session, graph));
        Assert.Equal([(12u, 4u), (16u, 4u)], seen);
    }

    [Fact]
    public void LaunchesOfOneInstanceDoNotOverlap()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var session = new DriverSession(new EmulationOptions { Seed = seed });
            var memory = session.Allocate(4);
            session.WriteInts(memory, 0);
            var graph = Create(session);
            var first = AddKernel(session, graph, memory, 10, 1);
            AddKernel(session, graph, memory, 10, 2, first);
            var exec = Instantiate(session, graph);
            var streams = new[] { session.CreateStream(), session.CreateStream(), session.CreateStream() };
            foreach (var stream in streams)
                DriverSession.Check(session.Api.cuGraphLaunch(exec, stream));
            DriverSession.Check(session.Api.cuCtxSynchronize());
            Assert.Equal([121212], session.ReadInts(memory, 1));
        }
    }

    private static CUgraph Create(DriverSession session)
    {
        CUgraph graph;
        DriverSession.Check(session.Api.cuGraphCreate(&graph, 0));
        return graph;
    }

    private static CUgraphExec Instantiate(DriverSession session, CUgraph graph)
    {
        CUgraphExec exec;
        DriverSession.Check(session.Api.cuGraphInstantiate(&exec, graph, 0));
        return exec;
    }

    private static void Run(DriverSession session, CUgraphExec exec)
    {
        var stream = session.CreateStream();
        DriverSession.Check(session.Api.cuGraphLaunch(exec, stream));
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
    }

    private static CUgraphNode AddKernel(DriverSession session, CUgraph graph, CUdeviceptr target, int factor, int addend, params ReadOnlySpan<CUgraphNode> after)
    {
        void** arguments = stackalloc void*[] { &target, &factor, &addend };
        var parameters = new CUDA_KERNEL_NODE_PARAMS
        {
            func = session.Load(FakeKernel.MultiplyAdd),
            gridDimX = 1,
            gridDimY = 1,
            gridDimZ = 1,
            blockDimX = 1,
            blockDimY = 1,
            blockDimZ = 1,
            kernelParams = arguments,
        };
        CUgraphNode node;
        fixed (CUgraphNode* dependencies = after)
            DriverSession.Check(session.Api.cuGraphAddKernelNode(&node, graph, dependencies, (nuint)after.Length, &parameters));
        return node;
    }

    [UnmanagedCallersOnly]
    private static void Count(void* data) => ++*(int*)data;
}
