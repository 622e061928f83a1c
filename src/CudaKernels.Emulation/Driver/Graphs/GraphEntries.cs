using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="GraphCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class GraphEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuGraphCreate"] = (nint)(delegate* unmanaged<CUgraph*, uint, CUresult>)&cuGraphCreate;
        table["cuGraphDestroy"] = (nint)(delegate* unmanaged<CUgraph, CUresult>)&cuGraphDestroy;
        table["cuGraphClone"] = (nint)(delegate* unmanaged<CUgraph*, CUgraph, CUresult>)&cuGraphClone;
        table["cuGraphNodeFindInClone"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraphNode, CUgraph, CUresult>)&cuGraphNodeFindInClone;
        table["cuGraphGetNodes"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, nuint*, CUresult>)&cuGraphGetNodes;
        table["cuGraphGetRootNodes"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, nuint*, CUresult>)&cuGraphGetRootNodes;
        table["cuGraphNodeGetDependencies"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraphNode*, CUgraphEdgeData*, nuint*, CUresult>)&cuGraphNodeGetDependencies;
        table["cuGraphNodeGetDependentNodes"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraphNode*, CUgraphEdgeData*, nuint*, CUresult>)&cuGraphNodeGetDependentNodes;
        table["cuGraphNodeGetDependencies_v1"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraphNode*, nuint*, CUresult>)&cuGraphNodeGetDependencies_v1;
        table["cuGraphNodeGetDependentNodes_v1"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraphNode*, nuint*, CUresult>)&cuGraphNodeGetDependentNodes_v1;
        table["cuGraphGetEdges_v1"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, nuint*, CUresult>)&cuGraphGetEdges_v1;
        table["cuGraphGetEdges"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, CUgraphEdgeData*, nuint*, CUresult>)&cuGraphGetEdges;
        table["cuGraphAddDependencies_v1"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, nuint, CUresult>)&cuGraphAddDependencies_v1;
        table["cuGraphAddDependencies"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, CUgraphEdgeData*, nuint, CUresult>)&cuGraphAddDependencies;
        table["cuGraphRemoveDependencies_v1"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, nuint, CUresult>)&cuGraphRemoveDependencies_v1;
        table["cuGraphRemoveDependencies"] = (nint)(delegate* unmanaged<CUgraph, CUgraphNode*, CUgraphNode*, CUgraphEdgeData*, nuint, CUresult>)&cuGraphRemoveDependencies;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphCreate(CUgraph* phGraph, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuGraphCreate");
            return GraphCalls.cuGraphCreate(phGraph, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphDestroy(CUgraph hGraph)
    {
        try
        {
            SoftwareCall.Begin("cuGraphDestroy");
            return GraphCalls.cuGraphDestroy(hGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphClone(CUgraph* phGraphClone, CUgraph originalGraph)
    {
        try
        {
            SoftwareCall.Begin("cuGraphClone");
            return GraphCalls.cuGraphClone(phGraphClone, originalGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeFindInClone(CUgraphNode* phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeFindInClone");
            return GraphCalls.cuGraphNodeFindInClone(phNode, hOriginalNode, hClonedGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode* nodes, nuint* numNodes)
    {
        try
        {
            SoftwareCall.Begin("cuGraphGetNodes");
            return GraphCalls.cuGraphGetNodes(hGraph, nodes, numNodes);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode* rootNodes, nuint* numRootNodes)
    {
        try
        {
            SoftwareCall.Begin("cuGraphGetRootNodes");
            return GraphCalls.cuGraphGetRootNodes(hGraph, rootNodes, numRootNodes);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode* dependencies, CUgraphEdgeData* edgeData, nuint* numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetDependencies");
            return GraphCalls.cuGraphNodeGetDependencies(hNode, dependencies, edgeData, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode* dependentNodes, CUgraphEdgeData* edgeData, nuint* numDependentNodes)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetDependentNodes");
            return GraphCalls.cuGraphNodeGetDependentNodes(hNode, dependentNodes, edgeData, numDependentNodes);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetDependencies_v1(CUgraphNode hNode, CUgraphNode* dependencies, nuint* numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetDependencies_v1");
            return GraphCalls.cuGraphNodeGetDependencies_v1(hNode, dependencies, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetDependentNodes_v1(CUgraphNode hNode, CUgraphNode* dependentNodes, nuint* numDependentNodes)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetDependentNodes_v1");
            return GraphCalls.cuGraphNodeGetDependentNodes_v1(hNode, dependentNodes, numDependentNodes);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphGetEdges_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint* numEdges)
    {
        try
        {
            SoftwareCall.Begin("cuGraphGetEdges_v1");
            return GraphCalls.cuGraphGetEdges_v1(hGraph, from, to, numEdges);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint* numEdges)
    {
        try
        {
            SoftwareCall.Begin("cuGraphGetEdges");
            return GraphCalls.cuGraphGetEdges(hGraph, from, to, edgeData, numEdges);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddDependencies_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddDependencies_v1");
            return GraphCalls.cuGraphAddDependencies_v1(hGraph, from, to, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddDependencies(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddDependencies");
            return GraphCalls.cuGraphAddDependencies(hGraph, from, to, edgeData, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphRemoveDependencies_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphRemoveDependencies_v1");
            return GraphCalls.cuGraphRemoveDependencies_v1(hGraph, from, to, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphRemoveDependencies(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphRemoveDependencies");
            return GraphCalls.cuGraphRemoveDependencies(hGraph, from, to, edgeData, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
