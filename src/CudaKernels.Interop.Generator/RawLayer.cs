namespace CudaKernels.Interop.Generator;

/// <summary>Makes the generated half of the raw layer.</summary>
public static class RawLayer
{
    /// <summary>Makes every generated file in memory.</summary>
    /// <param name="tables">The folder <c>tables</c> of the generator.</param>
    /// <returns>Path below the project of the raw layer (with forward slashes) to the text of the file.</returns>
    public static IReadOnlyDictionary<string, string> Generate(string tables)
    {
        IReadOnlyList<LibraryTables> libraries = LibraryTables.ReadAll(tables);
        var types = new TypeMap(libraries);
        var functions = new FunctionWriter(types, ReadSummaries(Path.Combine(tables, "summaries.tsv")));
        var structs = new StructWriter(types);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (LibraryTables library in libraries)
        {
            string folder = library.Library.Folder;
            files.Add($"{folder}/{library.Library.ClassName}.g.cs", FunctionWriter.WriteList(library));
            foreach (string group in library.Functions.Select(f => f.Group).Distinct())
                files.Add($"{folder}/{SourceText.FileName(group)}.g.cs", functions.WriteGroup(library, group));
            if (library.Enums.Count > 0)
                files.Add($"{folder}/Enums.g.cs", EnumWriter.Write(library));
            if (library.Structs.Count > 0)
                files.Add($"{folder}/Structs.g.cs", structs.Write(library));
            files.Add($"{folder}/Handles.g.cs", HandleWriter.Write(library));
        }

        return files;
    }

    /// <summary>Finds the differences between the generated files and those that stand in the project.</summary>
    /// <returns>One line for each file that is missing, differs or is no longer generated.</returns>
    public static IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string> files, string project)
    {
        var differences = new List<string>();
        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(project, name);
            if (!File.Exists(path))
                differences.Add($"{name} is missing");
            else if (File.ReadAllText(path).ReplaceLineEndings("\n") != text)
                differences.Add($"{name} differs from its tables");
        }

        differences.AddRange(FindStale(files, project).Select(name => $"{name} is no longer generated"));
        return differences;
    }

    /// <summary>Writes the files that changed and deletes those that are no longer generated.</summary>
    /// <returns>The number of files written or deleted.</returns>
    public static int Write(IReadOnlyDictionary<string, string> files, string project)
    {
        int changes = 0;
        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(project, name);
            if (File.Exists(path) && File.ReadAllText(path) == text)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            changes++;
        }

        foreach (string name in FindStale(files, project).ToList())
        {
            File.Delete(Path.Combine(project, name));
            changes++;
        }

        return changes;
    }

    private static IEnumerable<string> FindStale(IReadOnlyDictionary<string, string> files, string project) =>
        LibraryDescription.All
            .Select(library => Path.Combine(project, library.Folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.g.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(project, path).Replace('\\', '/'))
            .Where(name => !files.ContainsKey(name));

    private static Dictionary<string, string> ReadSummaries(string path)
    {
        TableFile table = TableFile.Read(path);
        return Enumerable.Range(0, table.Count).ToDictionary(i => table[i, "function"], i => table[i, "summary"]);
    }
}
