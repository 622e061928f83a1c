namespace CudaKernels.Tests;

public sealed class KernelCacheTests
{
    private static CacheEntry Entry(int size, byte fill = 7) => new(
        ImageFormat.Cubin, "sm_90a", new Dictionary<string, string> { ["k<float>"] = "_Z1kIfEvPT_", ["größe"] = "g" }, "a warning", [.. Enumerable.Repeat(fill, size)]);

    private static string Key(int number) => new CacheKey().Add($"key {number}").Finish();

    private static string FileOf(KernelCache cache, string key) => Directory.GetFiles(cache.Folder!, key + "*", SearchOption.AllDirectories).Single();

    [Theory]
    [InlineData("CUDAKERNELS_CACHE=/own;XDG_CACHE_HOME=/xdg;HOME=/home/u", false, "/own")]
    [InlineData("XDG_CACHE_HOME=/xdg;HOME=/home/u", false, "/xdg/cudakernels")]
    [InlineData("XDG_CACHE_HOME=relative;HOME=/home/u", false, "/home/u/.cache/cudakernels")]
    [InlineData("CUDAKERNELS_CACHE=;HOME=/home/u;LOCALAPPDATA=/local", false, "/home/u/.cache/cudakernels")]
    [InlineData("XDG_CACHE_HOME=/xdg;LOCALAPPDATA=/local", true, "/local/cudakernels")]
    [InlineData("", false, null)]
    [InlineData("HOME=/home/u", true, null)]
    public void The_folder_follows_the_environment(string environment, bool windows, string? expected)
    {
        var variables = environment.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, KernelCache.FindFolder(name => variables.GetValueOrDefault(name), windows)?.Replace('\\', '/'));
    }

    [Fact]
    public void An_entry_comes_back_whole()
    {
        using var folder = new TemporaryFolder();
        var written = Entry(1000);
        new KernelCache(folder.Path).Write(Key(1), written);
        var cache = new KernelCache(folder.Path);
        var read = cache.TryRead(Key(1))!;
        Assert.Equal((written.Format, written.Target, written.Log), (read.Format, read.Target, read.Log));
        Assert.Equal(written.LoweredNames, read.LoweredNames);
        Assert.Equal(written.Image, read.Image);
        Assert.Null(cache.TryRead(Key(2)));
        Assert.Equal(new KernelCacheStatistics(1, 1, 0, 0, 0, 0, 0, null), cache.Statistics);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_folder_is_the_user_s_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes are not used on Windows");
        if (OperatingSystem.IsWindows())
            return; // told the analyzer; the line above told the reader
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Combine("cache"));
        cache.Write(Key(1), Entry(10));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cache.Folder!));
    }

    [Fact]
    public void A_truncated_file_is_a_miss_at_every_length()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        cache.Write(Key(1), Entry(100));
        var path = FileOf(cache, Key(1));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Null(cache.TryRead(Key(1)));
        }

        Assert.Equal((0, whole.Length, whole.Length), (cache.Statistics.Hits, cache.Statistics.Misses, cache.Statistics.FailedReads));
        Assert.NotNull(cache.Statistics.LastFailure);
        cache.Write(Key(1), Entry(100));
        Assert.NotNull(cache.TryRead(Key(1)));
    }

    [Fact]
    public void A_changed_byte_is_a_miss_wherever_it_is()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        cache.Write(Key(1), Entry(100));
        var path = FileOf(cache, Key(1));
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);
            Assert.Null(cache.TryRead(Key(1)));
            bytes[i] ^= (byte)(1 << (i % 8));
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Null(cache.TryRead(Key(1)));
        File.WriteAllBytes(path, bytes);
        Assert.NotNull(cache.TryRead(Key(1)));
    }

    [Fact]
    public void A_file_under_another_key_is_a_miss()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        cache.Write(Key(1), Entry(100));
        cache.Write(Key(2), Entry(100));
        File.Copy(FileOf(cache, Key(1)), FileOf(cache, Key(2)), overwrite: true);
        Assert.Null(cache.TryRead(Key(2)));
        Assert.NotNull(cache.TryRead(Key(1)));
    }

    [Fact]
    public void A_folder_where_the_file_should_be_is_a_miss_and_drops_the_write()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        Directory.CreateDirectory(Path.Combine(cache.Folder!, Key(1)[..2], Key(1) + ".image", "inside"));
        Assert.Null(cache.TryRead(Key(1)));
        cache.Write(Key(1), Entry(100));
        Assert.Equal((1, 1, 0), (cache.Statistics.FailedReads, cache.Statistics.DroppedWrites, cache.Statistics.Writes));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_cache_path_under_a_regular_file_drops_every_write()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(Path.Combine(folder.Write("file", "text"), "cache"));
        Assert.Null(cache.TryRead(Key(1)));
        cache.Write(Key(1), Entry(100));
        Assert.Null(cache.TryRead(Key(1)));
        Assert.Equal((0, 2, 1), (cache.Statistics.Hits, cache.Statistics.Misses, cache.Statistics.DroppedWrites));
        Assert.Contains("writing", cache.Statistics.LastFailure, StringComparison.Ordinal);
        Assert.Equal("text", File.ReadAllText(folder.Combine("file")));
    }

    [Fact]
    public void A_full_disk_drops_the_write_and_leaves_nothing_behind()
    {
        using var disk = SmallDisk.MountOrSkip(64 * 1024);
        var cache = new KernelCache(disk.Path);
        cache.Write(Key(1), Entry(20_000));
        cache.Write(Key(2), Entry(100_000));
        Assert.Equal((1, 1), (cache.Statistics.Writes, cache.Statistics.DroppedWrites));
        Assert.Empty(Directory.GetFiles(disk.Path, "*.tmp", SearchOption.AllDirectories));
        Assert.Null(cache.TryRead(Key(2)));
        Assert.NotNull(cache.TryRead(Key(1)));
        cache.Write(Key(3), Entry(10_000));
        Assert.NotNull(cache.TryRead(Key(3)));
    }

    [Fact]
    public void Above_the_cap_the_files_used_longest_ago_go()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path, maxBytes: 3 * 1300);
        for (var i = 1; i <= 3; i++)
        {
            cache.Write(Key(i), Entry(1000));
            File.SetLastWriteTimeUtc(FileOf(cache, Key(i)), DateTime.UtcNow.AddHours(-10 + i));
        }

        Assert.NotNull(cache.TryRead(Key(1))); // now the latest used
        cache.Write(Key(4), Entry(1000));
        Assert.Equal(1, cache.Statistics.Evictions);
        Assert.Equal([true, false, true, true], Enumerable.Range(1, 4).Select(i => cache.TryRead(Key(i)) is not null));
        Assert.InRange(new DirectoryInfo(cache.Folder!).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, cache.MaxBytes);
    }

    [Fact]
    public void An_image_above_the_cap_is_not_kept_and_pushes_nothing_out()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path, maxBytes: 2000);
        cache.Write(Key(1), Entry(1000));
        cache.Write(Key(2), Entry(5000));
        Assert.Equal((1, 1, 0), (cache.Statistics.Writes, cache.Statistics.DroppedWrites, cache.Statistics.Evictions));
        Assert.NotNull(cache.TryRead(Key(1)));
    }

    [Fact]
    public void Temporary_files_of_dead_processes_go_and_those_of_live_ones_stay()
    {
        using var folder = new TemporaryFolder();
        var cache = new KernelCache(folder.Path);
        var old = folder.Write("images/aa/x.image.1.tmp", "half");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        var young = folder.Write("images/aa/y.image.2.tmp", "half");
        cache.Write(Key(1), Entry(10));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public void The_cap_is_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KernelCache("x", 0));
    }

    [Fact]
    public void Keys_of_shifted_fields_differ()
    {
        static string Of(params string[] fields) => fields.Aggregate(new CacheKey(), (key, field) => key.Add(field)).Finish();
        Assert.NotEqual(Of("ab", "c"), Of("a", "bc"));
        Assert.NotEqual(Of("a", ""), Of("a"));
        Assert.NotEqual(new CacheKey().Add(["a"]).Add(["b"]).Finish(), new CacheKey().Add(["a", "b"]).Add((IReadOnlyCollection<string>)[]).Finish());
        Assert.Equal(64, Of("a").Length);
    }
}
