namespace CudaKernels.Tests.UserFiles;

/// <summary>Kernels that take a <c>CUtensorMap</c>: <c>run</c> makes it of a tensor, and TMA and wgmma of inline PTX run with it, watched and not.</summary>
public sealed class UserTensorMapTests
{
    private const string File = "tensor_maps_inline_ptx.cu";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TilesAreCopied(bool sanitize)
    {
        using var run = new UserRun();
        var x = UserRun.Random(20 * 40);
        Done(run, sanitize, "copy_tile", "2,2", 64, $"{run.In(x, 20, 40)}", "out:f32[20,40]/box[16,32]", tile: "/box[16,32]");
        Assert.Equal(x.Select(value => value + 1), run.Output<float>(1));
    }

    [Theory]
    [InlineData("product", true)]
    [InlineData("product", false)]
    [InlineData("product_of_stored_maps", true)]
    [InlineData("product_of_stored_maps", false)]
    public void ProductsOfTilesAreRight(string kernel, bool sanitize)
    {
        using var run = new UserRun();
        BFloat16[] a = [.. UserRun.Random(64 * 128).Select(value => (BFloat16)value)], b = [.. UserRun.Random(64 * 128, 2).Select(value => (BFloat16)value)];
        Done(run, sanitize, kernel, "1", 128, "out:f32[64,64]", "i32:128", run.In(a, 64, 128), run.In(b, 64, 128), tile: "/box[64,64]/swizzle128");
        var expected = from i in Enumerable.Range(0, 64) from j in Enumerable.Range(0, 64) select Enumerable.Range(0, 128).Sum(k => (double)(float)a[(i * 128) + k] * (float)b[(j * 128) + k]);
        UserRun.Near([.. expected], run.Output<float>(0));
    }

    [Fact]
    public void AMapMayBeOfAnotherArgument()
    {
        using var run = new UserRun();
        var document = run.Clean(File, "compare", "1", "64", 0, 0, "map:1/box[16,32]", "in:f32[20,40]=rand", "i32:40", "inout:i32[1]=zeros");
        Assert.Equal(0, (int)document["outputs"]![0]!["first"]![0]!);
        document = run.Clean(File, "compare", "1", "64", 0, 0, "map:1/box[16,32]/view[16,32]/strides[40]", "in:f32[20,40]=rand", "i32:40", "inout:i32[1]=zeros");
        Assert.Equal(0, (int)document["outputs"]![0]!["first"]![0]!);
        document = run.Clean(File, "compare", "1", "64", 0, 0, "map:1/box[16,32]/swizzle128", "in:f32[20,40]=iota", "i32:40", "inout:i32[1]=zeros");
        Assert.NotEqual(0, (int)document["outputs"]![0]!["first"]![0]!);
    }

    [Theory]
    [InlineData("bad_product_without_wait", "async-wait", "128", "out:f32[64,64]", "i32:64", "in:bf16[64,64]/box[64,64]/swizzle128=rand", "in:bf16[64,64]/box[64,64]/swizzle128=rand")]
    [InlineData("bad_bytes", "deadlock", "64", "in:f32[16,32]/box[16,32]=rand", "out:f32[64]")]
    [InlineData("bad_bytes", "deadlock", "64", "in:f32[16,32]/box[8,32]=rand", "out:f32[64]", true)]
    [InlineData("bad_read_before_the_wait", "async-wait", "64", "in:f32[16,32]/box[16,32]=rand", "out:f32[64]")]
    [InlineData("bad_store_without_proxy_fence", "async-wait", "64", "out:f32[16,32]/box[16,32]")]
    [InlineData("bad_map_on_the_stack", "sync-misuse", "64", "in:f32[16,32]/box[16,32]=rand", "out:f32[64]")]
    public void MistakesAreFoundWhereTheyAre(string kernel, string rule, string block, params object[] arguments)
    {
        using var run = new UserRun();
        var isSound = arguments[^1] is true;
        var result = run.Start(File, kernel, "1", block, 0, 0, [.. arguments.OfType<string>()]);
        Assert.True(result.ExitCode == (isSound ? 0 : 1), result.Output + result.Error);
        if (isSound)
        {
            return;
        }

        var marked = System.IO.File.ReadAllLines(UserRun.PathOf(File)).Index().Where(line => line.Item.EndsWith($"  //! {rule}", StringComparison.Ordinal)).Select(line => line.Index + 1).ToArray();
        Assert.Contains(result.Document()["reports"]!.AsArray(), report => (string)report!["rule"]! == rule && (marked.Contains((int)report["line"]!) || (report["otherLine"] is { } other && marked.Contains((int)other))));
    }

    [Theory]
    [InlineData("in:f32[16,32]=rand/box[16,32]", "no content")]
    [InlineData("in:f32[16,32]/swizzle128=rand", "needs the extents")]
    [InlineData("in:f32[16,32]/box[16,32]/swizzle16=rand", "swizzle16")]
    [InlineData("in:f32[16,32]/box[16]=rand", "box")]
    [InlineData("in:f32[16,32]/box[16,512]=rand", "512")]
    [InlineData("in:f32[16,30]/box[16,16]=rand", "120")]
    [InlineData("in:f16[16,32]/box[16,32]/tf32=rand", "tf32")]
    [InlineData("map:1/box[16,32]", "no tensor")]
    [InlineData("map:7/box[16,32]", "no tensor")]
    [InlineData("map:1", "needs the extents")]
    [InlineData("map:1/box[16,16]/view[10,64]", "a stride")]
    [InlineData("map:1/box[16,16]/strides[64]", "a stride")]
    [InlineData("map:1/box[16,16]/view[13,64]/strides[64]", "element 831")]
    public void WhatMakesNoMapIsRefused(string argument, string words)
    {
        using var run = new UserRun();
        var result = run.Start(File, "compare", "1", "64", 0, 0, argument, words == "no tensor" ? "f32:1" : "in:f32[20,40]=rand", "i32:40", "inout:i32[1]=zeros");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Error);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // The tile is added to the inputs, which are files.
    private static void Done(UserRun run, bool sanitize, string kernel, string grid, int block, string first, string second, string? third = null, string? fourth = null, string tile = "")
    {
        string[] arguments = [.. new[] { first, second, third, fourth }.OfType<string>().Select(argument => argument.Replace("]=", $"]{tile}=", StringComparison.Ordinal))];
        var result = run.Start(File, kernel, grid, $"{block}", 0, 0, sanitize, arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Empty(result.Document()["reports"]!.AsArray());
    }
}
