using CudaKernels.Catalog;

namespace CudaKernels.Mutation;

/// <summary>Runs unchanged operations under many random schedules: whatever is reported is false, or a mistake of the kernel.</summary>
internal static class ScheduleRun
{
    /// <summary>The smallest ragged shape that an operation has: more than one element, not a multiple of a warp.</summary>
    public static CaseShape RaggedShape(OpCase operation, string variant) =>
        operation.RaggedShapesOf(variant).Where(shape => shape.Count > 1).OrderBy(shape => shape.Count % 32 == 0).ThenBy(shape => shape.Count).First();

    /// <summary>Gives what was reported, or wrong, under seeds 1 to <paramref name="seeds"/>.</summary>
    public static IReadOnlyList<string> Reports(IReadOnlyList<OpCase> operations, int seeds, Action<OpCase, int>? each = null)
    {
        var all = new List<string>();
        Parallel.ForEach(operations, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, operation =>
        {
            var found = 0;
            foreach (var variant in operation.Variants)
            {
                var shape = RaggedShape(operation, variant);
                for (var seed = 1; seed <= seeds; seed++)
                {
                    using var device = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
                    if (!operation.Runs(device, variant))
                    {
                        break;
                    }

                    var result = CaseRunner.CheckShape(device, operation, operation.Types.First(kind => operation.Covers(kind, variant)), variant, shape, seed);
                    var failures = device.Reports.Where(report => report.Rule != EmulationReport.NoteRule).Select(report => report.ToString()).Append(result.Failure).OfType<string>().ToArray();
                    found += failures.Length;
                    lock (all)
                    {
                        all.AddRange(failures.Select(failure => $"{operation.Name} {variant} {shape} seed {seed}: {failure}"));
                    }
                }
            }

            each?.Invoke(operation, found);
        });
        return all;
    }
}
