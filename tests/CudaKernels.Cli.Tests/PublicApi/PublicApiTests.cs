using System.Reflection;
using System.Runtime.CompilerServices;

namespace CudaKernels.Tests.PublicApi;

/// <summary>The public surface of the packed libraries is what <c>src/NAME/PublicApi.txt</c> says: a change of it is always meant.</summary>
public sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    [Theory]
    [InlineData("CudaKernels.Interop")]
    [InlineData("CudaKernels")]
    [InlineData("CudaKernels.Emulation")]
    [InlineData("CudaKernels.Networks")]
    public void TheSurfaceIsTheBaseline(string library)
    {
        var folder = Path.Combine(Root(), "src", library);
        var path = Path.Combine(folder, "PublicApi.txt");
        var generated = Directory.GetFiles(folder, "*.g.cs", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(DeclaredType).OfType<string>().ToHashSet();
        var now = ApiText.Of(Assembly.Load(library), type => generated.Contains(type.Name));
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            File.WriteAllLines(path, now);
            return;
        }

        var before = File.ReadAllLines(path);
        var changes = before.Except(now).Select(line => "- " + line).Concat(now.Except(before).Select(line => "+ " + line)).ToArray();
        Assert.True(now.SequenceEqual(before), $"the public surface of {library} changed; where that is meant, run the tests with {Update}=1\n{string.Join('\n', changes)}");
    }

    [Fact]
    public void ALineSaysAllThatACallerSees()
    {
        var lines = ApiText.Of(typeof(PublicApiTests).Assembly, type => type != typeof(Specimen<>));
        Assert.Equal(
            [
                "  new()",
                "  protected void Hidden(in int a, out string? b)",
                "  static int Count<U>(params ReadOnlySpan<U> all) where U : struct, IComparable<U>",
                "  string? Text { get; init; }",
                "  virtual T Get(int index = 3)",
            ],
            lines.SkipWhile(line => !line.Contains("Specimen", StringComparison.Ordinal)).Skip(1).Take(5));
    }

    // "public readonly record struct NAME(", "public enum NAME : uint" and the like.
    private static string? DeclaredType(string line)
    {
        if (!line.StartsWith("public ", StringComparison.Ordinal))
        {
            return null;
        }

        var words = line.Split([' ', '(', ':', ';', '{'], StringSplitOptions.RemoveEmptyEntries);
        var keyword = Array.FindLastIndex(words, word => word is "struct" or "enum" or "class");
        return keyword >= 0 && keyword + 1 < words.Length ? words[keyword + 1] : null;
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}

/// <summary>A type whose members show how the lines look.</summary>
/// <typeparam name="T">Any type.</typeparam>
public class Specimen<T> where T : unmanaged
{
    public string? Text { get; init; }

    public static int Count<U>(params ReadOnlySpan<U> all) where U : struct, IComparable<U> => all.Length;

    public virtual T Get(int index = 3) => default;

    protected void Hidden(in int a, out string? b) => b = a == 0 ? null : Text;

    internal static void Unseen() => Console.WriteLine();
}
