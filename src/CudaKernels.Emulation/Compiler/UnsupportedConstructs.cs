namespace CudaKernels.Emulation;

/// <summary>Names what a program uses that the software device does not provide, where it would not compile for that reason.</summary>
internal static class UnsupportedConstructs
{
    private const string OrGpu = "or run it on a GPU (--device cuda:0)";

    private static readonly (string Name, bool IsPrefix, string What, string Cure)[] s_words =
    [
        ("tex1D", true, "textures", $"read the array through a pointer, {OrGpu}"),
        ("tex2D", true, "textures", $"read the array through a pointer, {OrGpu}"),
        ("tex3D", true, "textures", $"read the array through a pointer, {OrGpu}"),
        ("texCubemap", true, "textures", $"read the array through a pointer, {OrGpu}"),
        ("cudaTextureObject_t", false, "textures", $"read the array through a pointer, {OrGpu}"),
        ("CUtexObject", false, "textures", $"read the array through a pointer, {OrGpu}"),
        ("surf1D", true, "surfaces", $"use a pointer, {OrGpu}"),
        ("surf2D", true, "surfaces", $"use a pointer, {OrGpu}"),
        ("surf3D", true, "surfaces", $"use a pointer, {OrGpu}"),
        ("cudaSurfaceObject_t", false, "surfaces", $"use a pointer, {OrGpu}"),
        ("<<<", false, "launches from device code (dynamic parallelism)", $"run the inner kernel by itself, {OrGpu}"),
        ("curand", true, "this part of cuRAND in device code", $"pass random numbers in a buffer (in:f32[N]=rand), {OrGpu}"),
        ("__pipeline_", true, "this part of <cuda_pipeline.h>", $"copy by assignment and __syncthreads(), or use cooperative_groups::memcpy_async, {OrGpu}"),
        ("this_multi_grid", false, "cooperative groups of several devices", "use one grid"),
        ("multi_grid_group", false, "cooperative groups of several devices", "use one grid"),
        ("__nv_fp4", true, "4-bit floats", $"use 8-bit floats, {OrGpu}"),
        ("__nv_fp6", true, "6-bit floats", $"use 8-bit floats, {OrGpu}"),
    ];

    private static readonly (string Name, string What, string Cure)[] s_namespaces =
    [
        ("cub", "CUB", $"write the reduction or scan with shuffles or cooperative_groups::reduce, {OrGpu}"),
        ("thrust", "Thrust", $"write the loop out, {OrGpu}"),
        ("cuda", "libcu++ (namespace cuda)", $"use atomicAdd and its kin, __syncthreads and cooperative groups, {OrGpu}"),
        ("cute", "CuTe", OrGpu[3..]),
        ("cutlass", "CUTLASS", OrGpu[3..]),
    ];

    private static readonly string[] s_runtime =
    [
        "cudaMalloc", "cudaFree", "cudaMemcpy", "cudaMemset", "cudaStream", "cudaEvent", "cudaDevice", "cudaGetDevice", "cudaGetLastError", "cudaPeekAtLastError", "cudaGetErrorString",
        "cudaError_t", "cudaSuccess", "cudaGraph", "cudaFuncGetAttributes", "cudaOccupancy",
    ];

    /// <summary>A line for each kind of construct, at its first use; empty where there is none.</summary>
    /// <param name="files">Name and text of the source and its headers.</param>
    /// <param name="log">What the compiler said.</param>
    public static string Find(IEnumerable<KeyValuePair<string, string>> files, string log)
    {
        var found = new List<string>();
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, text) in files)
        {
            var tokens = PlacedToken.Read(text);
            for (var i = 0; i < tokens.Count; i++)
            {
                // A name of the user's own that the compiler knew is no error; the first that it did not know is the reason.
                if (Kind(text, tokens, i, log) is { } kind && (kind.IsSure || log.Contains($"{name}:{Line(text, tokens[i].Start)}:", StringComparison.Ordinal)) && kinds.Add(kind.What))
                {
                    found.Add($"{name}({Line(text, tokens[i].Start)}): error: {tokens[i].Text.Split('\n')[0].Trim()}: the software CUDA device does not provide {kind.What}; {kind.Cure}");
                }
            }
        }

        return string.Join('\n', found);
    }

    private static (string What, string Cure, bool IsSure)? Kind(string source, List<PlacedToken> tokens, int i, string log)
    {
        var text = tokens[i].Text;
        if (tokens[i].IsDirective)
        {
            return tokens[i].DirectiveName == "include" ? Header(text) : null;
        }

        // Wrappers of PTX in branches that are not taken are no reason.
        if (text is "asm" or "__asm__" or "__asm" && (log.Contains("asm", StringComparison.Ordinal) || log.Contains("Assembler messages", StringComparison.Ordinal)))
        {
            var instruction = InlinePtx.Unknown(source, tokens[i].Start);
            return (instruction is null ? "this inline PTX" : $"inline PTX of the instruction {instruction}", $"use the intrinsic or CUDA function for it, {OrGpu}", log.Contains("Assembler messages", StringComparison.Ordinal));
        }

        foreach (var (name, isPrefix, what, cure) in s_words)
        {
            if (isPrefix ? text.StartsWith(name, StringComparison.Ordinal) : text == name)
            {
                return (what, cure, text == "<<<");
            }
        }

        foreach (var (name, what, cure) in s_namespaces)
        {
            if (text == name && i + 1 < tokens.Count && tokens[i + 1].Text == "::")
            {
                return (what, cure, false);
            }
        }

        return s_runtime.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal)) ? ("the runtime API in device code", $"move the call to the host, {OrGpu}", false) : null;
    }

    private static (string What, string Cure, bool IsSure)? Header(string directive)
    {
        foreach (var (name, what, cure) in s_namespaces)
        {
            if (directive.Contains($"<{name}/", StringComparison.Ordinal) || directive.Contains($"\"{name}/", StringComparison.Ordinal))
            {
                return (what, cure, false);
            }
        }

        foreach (var (header, prefix) in ((string, string)[])[("curand", "curand"), ("cuda_pipeline", "__pipeline_"), ("cuda_fp4", "__nv_fp4"), ("cuda_fp6", "__nv_fp6")])
        {
            if (directive.Contains(header, StringComparison.Ordinal))
            {
                var word = s_words.First(candidate => candidate.Name == prefix);
                return (word.What, word.Cure, false);
            }
        }

        return directive.Contains("cuda_awbarrier", StringComparison.Ordinal) ? ("the barriers of <cuda_awbarrier.h>", $"use __syncthreads(), {OrGpu}", false) : null;
    }

    private static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}
