using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class NativeLibraryFinderTests
{
    private const string Linux12 = "libnvrtc.so.12";
    private const string Linux13 = "libnvrtc.so.13";

    // Where NVRTC of CUDA 12 may lie on Linux, from the first place looked at to the last.
    private static readonly string[] s_linuxPlaces =
    [
        "option/libnvrtc.so.12", "named/libnvrtc.so.12", "app/libnvrtc.so.12", "app/runtimes/linux-x64/native/libnvrtc.so.12",
        "path/lib64/libnvrtc.so.12", "path/targets/x86_64-linux/lib/libnvrtc.so.12", "home/lib/libnvrtc.so.12", "conda/lib/libnvrtc.so.12",
        "venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12",
        "python/lib/python3.9/dist-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12",
        "usr/local/cuda/lib64/libnvrtc.so.12", "usr/local/cuda-12.10/lib64/libnvrtc.so.12", "usr/local/cuda-12.9/lib64/libnvrtc.so.12", "opt/cuda/lib64/libnvrtc.so.12",
    ];

    private static readonly string[] s_windowsPlaces =
    [
        "option/nvrtc64_120_0.dll", "named/nvrtc64_120_0.dll", "app/nvrtc64_120_0.dll", "app/runtimes/win-x64/native/nvrtc64_120_0.dll",
        "path/bin/x64/nvrtc64_120_0.dll", "path/bin/nvrtc64_120_0.dll", "home/bin/nvrtc64_120_0.dll", "conda/Library/bin/nvrtc64_120_0.dll",
        "venv/Lib/site-packages/nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll", "python/Lib/site-packages/nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll",
        "programs/NVIDIA GPU Computing Toolkit/CUDA/v12.10/bin/nvrtc64_120_0.dll", "programs/NVIDIA GPU Computing Toolkit/CUDA/v12.9/bin/nvrtc64_120_0.dll",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Places_are_looked_at_in_their_order(bool isWindows)
    {
        using var platform = new FakePlatform(isWindows);
        NameEveryPlace(platform);
        string[] places = isWindows ? s_windowsPlaces : s_linuxPlaces;
        foreach (string place in places)
            platform.Add(place);
        foreach (string place in places)
        {
            NativeLibraryResult result = FindNvrtc(platform);
            Assert.True(result.Found);
            Assert.Equal(platform.In(place), result.Path);
            Assert.Equal(12, result.Major);
            Assert.Equal("12.8", result.Version);
            Assert.Equal(new NativeLibraryAttempt(platform.In(place), "loaded"), result.Tried[^1]);
            File.Delete(platform.In(place));
        }

        NativeLibraryResult nothing = FindNvrtc(platform);
        Assert.False(nothing.Found);
        Assert.Null(nothing.Path);
        foreach (string place in places)
            Assert.Contains(nothing.Tried, attempt => attempt == new NativeLibraryAttempt(platform.In(place), "no such file"));
    }

    [Theory]
    [InlineData(false, "venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13")]
    [InlineData(true, "venv/Lib/site-packages/nvidia/cu13/bin/x86_64/nvrtc64_130_0.dll")]
    public void Wheels_of_CUDA_13_share_one_folder(bool isWindows, string file)
    {
        using var platform = new FakePlatform(isWindows);
        platform.Variables["VIRTUAL_ENV"] = platform.In("venv");
        platform.Add(file);
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc);
        Assert.Equal(platform.In(file), result.Path);
        Assert.Equal(13, result.Major);
    }

    [Fact]
    public void The_systems_loader_comes_after_the_named_toolkit_and_before_conda()
    {
        using var platform = new FakePlatform(isWindows: false);
        NameEveryPlace(platform);
        platform.Installed[Linux12] = "/usr/lib/x86_64-linux-gnu/libnvrtc.so.12.2.140";
        platform.Add("home/lib64/" + Linux12);
        platform.Add("conda/lib/" + Linux12);
        Assert.Equal(platform.In("home/lib64/" + Linux12), FindNvrtc(platform).Path);
        File.Delete(platform.In("home/lib64/" + Linux12));

        NativeLibraryResult result = FindNvrtc(platform);
        Assert.Equal("/usr/lib/x86_64-linux-gnu/libnvrtc.so.12.2.140", result.Path);
        Assert.Contains(result.Tried, attempt => attempt.Path == Linux13 && attempt.Reason.Contains("cannot open shared object file"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_major_version_that_the_driver_cannot_run_is_passed_over(bool isWindows)
    {
        using var platform = new FakePlatform(isWindows) { DriverVersion = 12020 };
        platform.InstallDriver();
        platform.Variables["CUDA_PATH"] = platform.In("path");
        string newer = platform.Add(isWindows ? "path/bin/x64/nvrtc64_130_0.dll" : "path/lib64/libnvrtc.so.13");
        NativeLibraryResult none = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc);
        Assert.False(none.Found);
        Assert.Contains(new NativeLibraryAttempt(newer, "is for CUDA 13, and the driver runs up to CUDA 12.2"), none.Tried);

        string older = platform.Add(isWindows ? "path/bin/nvrtc64_120_0.dll" : "path/lib64/libnvrtc.so.12");
        Assert.Equal(older, new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc).Path);

        platform.DriverVersion = 13000;
        Assert.Equal(newer, new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc).Path);
    }

    [Fact]
    public void Without_a_driver_the_newest_is_taken_unless_the_options_say_otherwise()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Variables["CUDA_HOME"] = platform.In("home");
        string newer = platform.Add("home/lib64/" + Linux13);
        string older = platform.Add("home/lib64/" + Linux12);
        Assert.Equal(newer, new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc).Path);
        NativeLibraryResult result = new NativeLibraryFinder(new NativeLibraryOptions { MaximumMajor = 12 }, platform).Find(NativeLibraryKind.Nvrtc);
        Assert.Equal(older, result.Path);
        Assert.Contains(new NativeLibraryAttempt(newer, "is for CUDA 13, and the options accept up to CUDA 12"), result.Tried);
    }

    [Fact]
    public void All_libraries_come_from_one_root_where_possible()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Variables["CUDA_PATH"] = platform.In("path");
        platform.Variables["VIRTUAL_ENV"] = platform.In("venv");
        platform.Add("venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/" + Linux12);
        string wheel = platform.Add("venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12");
        string toolkit = platform.Add("path/lib64/libcublas.so.12");
        Assert.Equal(toolkit, new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Cublas).Path);

        var finder = new NativeLibraryFinder(null, platform);
        Assert.True(finder.Find(NativeLibraryKind.Nvrtc).Found);
        Assert.Equal(wheel, finder.Find(NativeLibraryKind.Cublas).Path);
        Assert.Equal(platform.In("venv/lib/python3.12/site-packages/nvidia"), finder.Find(NativeLibraryKind.Cublas).Root);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Builtins_of_the_same_folder_are_loaded_before_NVRTC(bool isWindows)
    {
        using var platform = new FakePlatform(isWindows);
        platform.Variables[NativeLibraryOptions.PathVariable] = platform.In("named");
        string library = platform.Add(isWindows ? "named/nvrtc64_120_0.dll" : "named/libnvrtc.so.12");
        string builtins = platform.Add(isWindows ? "named/nvrtc-builtins64_128.dll" : "named/libnvrtc-builtins.so.12.8");
        platform.Add(isWindows ? "named/nvrtc-builtins64_130.dll" : "named/libnvrtc-builtins.so.13.0");
        platform.Add(isWindows ? "named/nvrtc64_120_0.alt.dll" : "named/libnvrtc.alt.so.12");
        platform.Add(isWindows ? "named/nvrtc-builtins64_128.alt.dll" : "named/libnvrtc-builtins.alt.so.12.8");
        Assert.Equal(library, new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc).Path);
        Assert.Equal([builtins, library], platform.Loaded);
    }

    [Fact]
    public void Builtins_beside_an_NVRTC_of_the_systems_loader_are_loaded_too()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Installed[Linux12] = platform.In("system/libnvrtc.so.12.8.93");
        string builtins = platform.Add("system/libnvrtc-builtins.so.12.8");
        Assert.True(new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc).Found);
        Assert.Equal([Linux12, builtins], platform.Loaded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CublasLt_is_loaded_before_cuBLAS(bool isWindows)
    {
        using var platform = new FakePlatform(isWindows);
        platform.Variables[NativeLibraryOptions.PathVariable] = platform.In("named");
        string cublas = platform.Add(isWindows ? "named/cublas64_13.dll" : "named/libcublas.so.13");
        string light = platform.Add(isWindows ? "named/cublasLt64_13.dll" : "named/libcublasLt.so.13");
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Cublas);
        Assert.Equal([light, cublas], platform.Loaded);
        Assert.Equal("12.8.4", result.Version);
    }

    [Fact]
    public void A_file_that_does_not_load_or_is_something_else_is_passed_over_with_its_reason()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Variables[NativeLibraryOptions.PathVariable] = $"{platform.In("a")}:{platform.In("b")}:{platform.In("c")}:{platform.In("d")}";
        string broken = platform.Add("a/" + Linux12, FakePlatform.Broken);
        string stranger = platform.Add("b/" + Linux12, FakePlatform.Stranger);
        string good = platform.Add("d/" + Linux12);
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc);
        Assert.Equal(good, result.Path);
        Assert.Contains(new NativeLibraryAttempt(broken, $"{broken}: invalid ELF header"), result.Tried);
        Assert.Contains(new NativeLibraryAttempt(stranger, "is not NVRTC: it does not export nvrtcVersion"), result.Tried);
        Assert.Contains(new NativeLibraryAttempt(platform.In("c"), "no such folder"), result.Tried);
    }

    [Fact]
    public void A_Python_environment_without_wheels_is_on_record()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Variables["VIRTUAL_ENV"] = platform.In("venv");
        platform.Add("venv/lib/python3.12/site-packages/numpy/core.py");
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Nvrtc);
        Assert.Contains(new NativeLibraryAttempt(platform.In("venv/lib/python3.12/site-packages/nvidia"), "no such folder"), result.Tried);
    }

    [Fact]
    public void A_file_may_be_named_itself()
    {
        using var platform = new FakePlatform(isWindows: false);
        string file = platform.Add("odd/" + Linux12);
        var finder = new NativeLibraryFinder(new NativeLibraryOptions { Paths = [file] }, platform);
        Assert.Equal(file, finder.Find(NativeLibraryKind.Nvrtc).Path);
        Assert.False(finder.Find(NativeLibraryKind.Cublas).Found);
    }

    [Fact]
    public void An_absent_driver_is_an_answer_and_opening_it_lists_what_was_tried()
    {
        using var platform = new FakePlatform(isWindows: false);
        var finder = new NativeLibraryFinder(null, platform);
        Assert.False(finder.Find(NativeLibraryKind.Driver).Found);
        CudaLibraryNotFoundException error = Assert.Throws<CudaLibraryNotFoundException>(() => finder.Open(NativeLibraryKind.Driver));
        Assert.Equal("CUDA driver", error.Library);
        Assert.Contains("libcuda.so.1", error.Message);
        Assert.Contains("Install NVIDIA's graphics driver.", error.Message);
        foreach (NativeLibraryAttempt attempt in finder.Find(NativeLibraryKind.Driver).Tried)
            Assert.Contains($"\n  {attempt.Path}: {attempt.Reason}", error.Message);
        Assert.Contains(platform.In("usr/lib/wsl/lib"), error.Message);
    }

    [Fact]
    public void The_driver_of_WSL_is_found()
    {
        using var platform = new FakePlatform(isWindows: false);
        string file = platform.Add("usr/lib/wsl/lib/libcuda.so.1");
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(NativeLibraryKind.Driver);
        Assert.Equal(file, result.Path);
        Assert.Equal("13.0", result.Version);
        Assert.Equal(0, result.Major);
    }

    [Theory]
    [InlineData(NativeLibraryKind.CublasLt, "libcublasLt.so.12", "12.8.4")]
    [InlineData(NativeLibraryKind.Nvml, "libnvidia-ml.so.1", "12.550.54")]
    [InlineData(NativeLibraryKind.Nccl, "libnccl.so.2", "2.27.3")]
    public void Each_library_is_asked_for_its_version(NativeLibraryKind kind, string name, string version)
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Installed[name] = "/usr/lib/" + name;
        NativeLibraryResult result = new NativeLibraryFinder(null, platform).Find(kind);
        Assert.Equal(version, result.Version);
        Assert.Contains(version, result.Explain());
        Assert.Contains("/usr/lib/" + name, result.Explain());
    }

    [Fact]
    public void NCCL_does_not_exist_for_Windows()
    {
        using var platform = new FakePlatform(isWindows: true);
        CudaLibraryNotFoundException error = Assert.Throws<CudaLibraryNotFoundException>(() => new NativeLibraryFinder(null, platform).Open(NativeLibraryKind.Nccl));
        Assert.Equal("NCCL does not exist for this operating system.", error.Message);
    }

    [Fact]
    public void A_library_is_searched_and_loaded_once()
    {
        using var platform = new FakePlatform(isWindows: false);
        platform.Installed[Linux13] = "/usr/lib/libnvrtc.so.13.0.48";
        var finder = new NativeLibraryFinder(null, platform);
        var results = new NativeLibraryResult[32];
        Parallel.For(0, results.Length, i => results[i] = finder.Find(NativeLibraryKind.Nvrtc));
        Assert.Single(platform.Loaded);
        Assert.Single(results.Distinct());
    }

    [Fact]
    public void An_unknown_kind_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeLibraryFinder().Find((NativeLibraryKind)99));

    private static NativeLibraryResult FindNvrtc(FakePlatform platform) =>
        new NativeLibraryFinder(new NativeLibraryOptions { Paths = [platform.In("option")] }, platform).Find(NativeLibraryKind.Nvrtc);

    private static void NameEveryPlace(FakePlatform platform)
    {
        platform.Variables[NativeLibraryOptions.PathVariable] = platform.In("named");
        platform.Variables["CUDA_PATH"] = platform.In("path");
        platform.Variables["CUDA_HOME"] = platform.In("home");
        platform.Variables["CONDA_PREFIX"] = platform.In("conda");
        platform.Variables["VIRTUAL_ENV"] = platform.In("venv");
        platform.Variables["ProgramFiles"] = platform.In("programs");
        platform.Variables["PATH"] = platform.IsWindows ? $"{platform.In("nothing")};{platform.In("python")}" : $"{platform.In("nothing")}:{platform.In("python/bin")}";
        platform.Add(platform.IsWindows ? "python/python.exe" : "python/bin/python3");
    }
}
