namespace CudaKernels.Tests;

/// <summary>Bad arguments: exit 2, one line on the error stream, nothing on the output.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("", "command")]
    [InlineData("paint", "paint")]
    [InlineData("check --cases 0", "--cases")]
    [InlineData("check --cases many", "many")]
    [InlineData("check --part 0/2", "0/2")]
    [InlineData("check --part 3/2", "3/2")]
    [InlineData("check --part 2", "'2'")]
    [InlineData("check --part 1/+2", "1/+2")]
    [InlineData("check --device tpu", "tpu")]
    [InlineData("check no-such-operation", "no-such-operation")]
    [InlineData("bench --tune", "the managed device has one form")]
    [InlineData("bench --threads 0", "--threads")]
    [InlineData("bench --threads 2 --device emulated", "--threads")]
    [InlineData("bench --types q8", "q8")]
    [InlineData("bench --plot picture.bmp", "picture.bmp")]
    [InlineData("bench no-such-operation", "no-such-operation")]
    [InlineData("compile", "--all")]
    [InlineData("compile a.cu --all", "--all")]
    [InlineData("compile no-such-file.cu --host", "no-such-file.cu")]
    [InlineData("compile a.cu --host --arch fastest", "fastest")]
    [InlineData("run a.cu saxpy --grid 1", "--block")]
    [InlineData("run a.cu saxpy --grid 1,2,3,4 --block 1", "1,2,3,4")]
    [InlineData("run no-such-file.cu saxpy --grid 1 --block 1", "no-such-file.cu")]
    [InlineData("run a.cu saxpy --grid 1 --block 1 --shared -1", "--shared")]
    [InlineData("run a.cu saxpy --grid 1 --block 1 --define N=1 --define N=2", "twice")]
    [InlineData("train vae", "mlp, cnn, rnn or gan")]
    [InlineData("train mlp --resume", "--out DIR")]
    [InlineData("train gan --resume", "--out DIR")]
    [InlineData("train rnn --graph", "mlp and cnn")]
    [InlineData("train cnn --judge", "train gan --judge")]
    [InlineData("train rnn --cell elman", "rnn, gru or lstm")]
    [InlineData("train mlp --epochs 0", "--epochs")]
    [InlineData("train mlp --precision int8", "int8")]
    [InlineData("train mlp --width 0", "--width")]
    [InlineData("train mlp --data no-such-folder", "no-such-folder")]
    public void BadArgumentsEndWithTwoAndOneLine(string commandLine, string named)
    {
        var run = ToolRun.Of(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(named, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
