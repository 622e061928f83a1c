namespace CudaKernels.Cli.Output;

/// <summary>A table as Markdown has it.</summary>
internal static class MarkdownTable
{
    /// <summary>Writes a table and what belongs under it into a file, whose folder must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="headings">The columns.</param>
    /// <param name="rows">A cell for each column.</param>
    /// <param name="notes">Paragraphs.</param>
    public static void Save(string path, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, params IEnumerable<string> notes)
    {
        string[] lines = [Line(headings), Line(headings.Select(_ => "---")), .. rows.Select(Line), .. notes.SelectMany(note => (string[])["", note])];
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
