using System.Diagnostics;
using System.Globalization;
using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>The compiler is a program of the user's: it may be missing, fail, hang, or write more than a pipe holds.</summary>
public sealed class HostCompilerTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ACompilerThatHangsIsEndedWithAllItStarted()
    {
        var program = Script($"if [ \"$1\" = --version ]; then echo fake 1.0; exit 0; fi\necho begun\nsleep 600 &\necho $! > {_folder}/child\nwait");
        var compiler = Find(program, TimeSpan.FromSeconds(2));
        var watch = Stopwatch.StartNew();
        var result = compiler.Run(["kernel.cpp"], _folder);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 60);
        Assert.Equal(-1, result.ExitCode);
        Assert.Contains(program, result.Output);
        Assert.Contains("did not end within 00:00:02", result.Output);
        AssertEnded(int.Parse(File.ReadAllText(Path.Combine(_folder, "child")), CultureInfo.InvariantCulture));
    }

    [Fact]
    public void ACompilerThatClosesItsPipesAndHangsIsEndedToo()
    {
        var program = Script("if [ \"$1\" = --version ]; then echo fake 1.0; exit 0; fi\nexec >&- 2>&-\nsleep 600");
        var watch = Stopwatch.StartNew();
        var result = Find(program, TimeSpan.FromSeconds(2)).Run([], _folder);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 60);
        Assert.Equal(-1, result.ExitCode);
        Assert.Contains("did not end within 00:00:02", result.Output);
    }

    [Fact]
    public void ACompilerThatHangsWhenAskedForItsVersionIsNone()
    {
        var program = Script("sleep 600");
        Assert.False(HostCompiler.TryFind(program, TimeSpan.FromMilliseconds(500), out var compiler, out var reason));
        Assert.Null(compiler);
        Assert.Contains(program, reason);
        Assert.Contains("did not end within", reason);
        Assert.Contains("from CXX", reason);
    }

    [Fact]
    public void AProgramThatFailsWhenAskedForItsVersionIsNone()
    {
        var program = Script("echo no licence >&2\nexit 3");
        Assert.False(HostCompiler.TryFind(program, s_long, out _, out var reason));
        Assert.Contains("no licence, exit code 3", reason);
    }

    [Fact]
    public void AProgramThatIsNotThereIsNamed()
    {
        Assert.False(HostCompiler.TryFind("no-such-compiler-here", s_long, out _, out var reason));
        Assert.Contains("tried no-such-compiler-here (from CXX)", reason);
    }

    [Fact]
    public void WordsBehindTheProgramAreItsFirstArguments()
    {
        var program = Script("if [ \"$1 $2 $3\" = \"wrapped --fast --version\" ]; then echo fake 1.0; exit 0; fi\necho \"$@\"");
        var compiler = Find($"{program}  wrapped --fast", s_long);
        Assert.Equal("wrapped --fast -c a b.cpp\n", compiler.Run(["-c", "a b.cpp"], _folder).Output);
        Assert.False(HostCompiler.TryFind("no-such-compiler-here g++", s_long, out _, out var reason));
        Assert.Contains("tried no-such-compiler-here g++ (from CXX)", reason);
    }

    [Fact]
    public void APathWithBlanksIsOneName()
    {
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "the compiler")).FullName, "g++ 1");
        File.Move(Script("if [ \"$1\" = --version ]; then echo fake 1.0; exit 0; fi\necho \"$@\""), program);
        Assert.Equal("-c\n", Find(program, s_long).Run(["-c"], _folder).Output);
    }

    [Fact]
    public void BothStreamsAreReadHoweverMuchTheyCarry()
    {
        var program = Script(
            "if [ \"$1\" = --version ]; then echo fake 1.0; exit 0; fi\ni=0\nwhile [ $i -lt 8000 ]; do echo \"output of line $i\"; echo \"error of line $i\" >&2; i=$((i+1)); done\nexit 5");
        var result = Find(program, s_long).Run([], _folder);
        Assert.Equal(5, result.ExitCode);
        Assert.Equal(16000, result.Output.Count(letter => letter == '\n'));
        Assert.Contains("output of line 7999\n", result.Output);
        Assert.EndsWith("error of line 7999\n", result.Output);
    }

    private static HostCompiler Find(string program, TimeSpan patience)
    {
        Assert.True(HostCompiler.TryFind(program, patience, out var compiler, out var reason), reason);
        Assert.Equal("fake 1.0", compiler.Version);
        return compiler;
    }

    /// <summary>A process that was ended is gone, or waits as a zombie for a parent who never asks.</summary>
    private static void AssertEnded(int process)
    {
        var watch = Stopwatch.StartNew();
        while (IsRunning(process))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"process {process} still runs");
            Thread.Sleep(20);
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{process}/stat");
            return state[state.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Script(string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the fake compiler is a shell script");
        var path = Path.Combine(_folder, "compiler");
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
