using CudaKernels.Interop.Generator;

// Writes the raw layer from the tables; with --check it writes nothing and ends 1 when a file differs.
if (args is not ([] or ["--check"]))
{
    Console.Error.WriteLine("usage: CudaKernels.Interop.Generator [--check]");
    return 2;
}

IReadOnlyDictionary<string, string> files = RawLayer.Generate(RepositoryFolder.Tables);
if (args is [])
{
    Console.WriteLine($"{files.Count} files, {RawLayer.Write(files, RepositoryFolder.RawLayer)} changed");
    return 0;
}

IReadOnlyList<string> differences = RawLayer.Compare(files, RepositoryFolder.RawLayer);
foreach (string difference in differences)
    Console.Error.WriteLine(difference);
return differences.Count == 0 ? 0 : 1;
