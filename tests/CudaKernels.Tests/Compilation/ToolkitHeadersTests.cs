namespace CudaKernels.Tests;

public sealed class ToolkitHeadersTests
{
    private static ToolkitHeaders Find(bool windows, params (string Name, string Value)[] variables) =>
        ToolkitHeaders.Find(name => variables.FirstOrDefault(variable => variable.Name == name).Value, windows);

    [Fact]
    public void CUDA_PATH_goes_first_and_libcu_is_added_where_CUDA_13_keeps_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("cuda13/include/cuda_fp16.h", "");
        folder.Write("cuda13/include/cccl/cuda/std/type_traits", "");
        folder.Write("home/include/cuda_fp16.h", "");
        var found = Find(false, ("CUDA_PATH", folder.Combine("cuda13")), ("CUDA_HOME", folder.Combine("home")));
        Assert.Equal([folder.Combine("cuda13/include"), folder.Combine("cuda13/include/cccl")], found.Folders);
    }

    [Fact]
    public void Conda_and_python_environments_are_searched()
    {
        using var folder = new TemporaryFolder();
        folder.Write("conda/targets/x86_64-linux/include/cuda_fp16.h", "");
        folder.Write("venv/lib/python3.12/site-packages/nvidia/cuda_runtime/include/cuda_fp16.h", "");
        Assert.Equal([folder.Combine("conda/targets/x86_64-linux/include")], Find(false, ("CONDA_PREFIX", folder.Combine("conda"))).Folders);
        Assert.Equal([folder.Combine("venv/lib/python3.12/site-packages/nvidia/cuda_runtime/include")], Find(false, ("VIRTUAL_ENV", folder.Combine("venv"))).Folders);
        folder.Write("winconda/Library/include/cuda_fp16.h", "");
        Assert.Equal([folder.Combine("winconda/Library/include")], Find(true, ("CONDA_PREFIX", folder.Combine("winconda"))).Folders);
    }

    [Fact]
    public void A_relative_variable_starts_from_the_current_folder()
    {
        Assert.Equal([Path.GetFullPath("no-such-toolkit/include")], Find(true, ("CUDA_PATH", "no-such-toolkit")).Searched);
    }

    [Fact]
    public void Every_folder_that_was_tried_is_reported()
    {
        using var folder = new TemporaryFolder();
        var found = Find(true, ("CUDA_PATH", folder.Combine("a")), ("CONDA_PREFIX", folder.Combine("b")));
        Assert.Empty(found.Folders);
        Assert.Equal([folder.Combine("a/include"), folder.Combine("b/Library/include")], found.Searched);
    }
}
