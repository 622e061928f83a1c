using CudaKernels.Catalog;

namespace CudaKernels.Mutation;

/// <summary>What the checks made of one kernel file and its mutant.</summary>
/// <param name="File">The kernel file.</param>
/// <param name="Mutant">The mutant that was judged; null when no rule gave one that compiles.</param>
/// <param name="KilledBy">The check that failed on it; null when it survived.</param>
/// <param name="Fault">A failure of the unchanged kernel; null when it is sound.</param>
internal sealed record KernelVerdict(string File, Mutant? Mutant, string? KilledBy, string? Fault)
{
    public bool IsKilled => Fault is null && KilledBy is not null;

    /// <summary>Checks the file as it is, then its first mutant that compiles.</summary>
    public static KernelVerdict Judge(string file)
    {
        var operations = OpCatalog.All.Where(operation => operation.KernelFiles.Contains(file)).ToArray();
        if (FirstFailure(operations, null, file) is { } fault)
        {
            return new KernelVerdict(file, null, null, fault.Text);
        }

        foreach (var mutant in SemanticRules.Of(file, KernelSource.FromResource(file).Text))
        {
            var failure = FirstFailure(operations, mutant, file);
            if (failure is { IsCompilation: true })
            {
                continue; // no C++: the next rule
            }

            return new KernelVerdict(file, mutant, failure?.Text, null);
        }

        return new KernelVerdict(file, null, null, null);
    }

    private static (string Text, bool IsCompilation)? FirstFailure(OpCase[] operations, Mutant? mutant, string file)
    {
        var options = new CudaDeviceOptions { KernelText = (path, text) => mutant is not null && path == file ? mutant.Text : text };
        using var device = EmulatedDevice.Open(runtimeOptions: options);
        foreach (var operation in operations)
        {
            var variant = operation.Variants.First(variant => operation.KernelFileOf(variant) == file);
            var kind = operation.Types.First(kind => operation.Covers(kind, variant));
            try
            {
                var result = CaseRunner.Check(device.Device, operation, kind, variant);
                if (!result.Passed)
                {
                    return ($"{operation.Name} {ElementTypes.ShortName(kind)} {result.Failure}", result.Failure!.Contains("error:", StringComparison.Ordinal));
                }
            }
            catch (NvrtcCompilationException exception)
            {
                return (exception.Message, true);
            }
        }

        return null;
    }
}
