using CudaKernels.Networks;

namespace CudaKernels.Tests.Checkpoints;

/// <summary>The two generations on the disk, and what damage does to them.</summary>
public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Counter _counter = new();

    private string Newest => _folder.Combine("c.safetensors");

    private string Previous => Newest + Checkpoint.PreviousSuffix;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheCheckpointBeforeTheNewestIsKept()
    {
        Assert.False(Checkpoint.Exists(Newest));
        Save(1);
        Assert.Equal([Newest], Directory.GetFiles(_folder.Path));
        Save(2);
        Save(3);
        Assert.Equal([Newest, Previous], Directory.GetFiles(_folder.Path).Order());
        Assert.Equal((3, null), Load());
        File.Delete(Newest);
        Assert.True(Checkpoint.Exists(Newest));
        var (value, refusal) = Load();
        Assert.Equal(2, value);
        Assert.Contains(Newest, refusal, StringComparison.Ordinal);
        Checkpoint.Delete(Newest);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Equal(Newest, Assert.Throws<FileNotFoundException>(() => Checkpoint.Load(Newest, _counter)).FileName);
    }

    [Fact]
    public void ANewestCutAnywhereIsRefusedAndThePreviousUsed()
    {
        Save(1);
        Save(2);
        var bytes = File.ReadAllBytes(Newest);
        for (var count = 0; count < bytes.Length; count++)
        {
            Damage(bytes[..count]);
        }

        Damage([.. bytes, 0]);
    }

    [Fact]
    public void ANewestWithAnyByteChangedIsRefusedAndThePreviousUsed()
    {
        Save(1);
        Save(2);
        var bytes = File.ReadAllBytes(Newest);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Damage(changed);
        }
    }

    [Fact]
    public void ADamagedNewestDoesNotDisplaceAGoodPrevious()
    {
        Save(1);
        Save(2);
        File.WriteAllText(Newest, "damaged");
        Assert.Equal(1, Load().Value);
        Save(3);
        Assert.Equal((3, null), Load());
        File.WriteAllText(Newest, "damaged");
        Assert.Equal(1, Load().Value);
    }

    [Fact]
    public void TwoDamagedOnesAreBothNamed()
    {
        Save(1);
        Save(2);
        File.WriteAllText(Newest, "damaged");
        File.WriteAllText(Previous, "damaged");
        var e = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Newest, _counter));
        Assert.StartsWith($"no checkpoint is whole: {Newest}, byte 0: ", e.Message, StringComparison.Ordinal);
        Assert.Contains($"; {Previous}, byte 0: ", e.Message, StringComparison.Ordinal);
        File.Delete(Previous);
        Assert.StartsWith($"{Newest}, byte 0: ", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Newest, _counter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherSafetensorsFileIsNoCheckpoint()
    {
        var writer = new SafetensorsWriter();
        writer.Add("value", new[] { 1L }, []);
        writer.Save(Newest);
        Assert.StartsWith($"{Newest}: no checkpoint", Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Newest, _counter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAnInterruptedSaveLeftIsOverwritten()
    {
        Save(1);
        File.WriteAllText(Newest + ".part", "half");
        Assert.Equal((1, null), Load());
        Save(2);
        Assert.Equal((2, null), Load());
        Assert.Equal([Newest, Previous], Directory.GetFiles(_folder.Path).Order());
    }

    [Fact]
    public void AFailedSaveLeavesBothGenerations()
    {
        Save(1);
        Save(2);
        _counter.Fails = true;
        Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(Newest, _counter));
        _counter.Fails = false;
        Assert.Equal((2, null), Load());
        Assert.Equal([Newest, Previous], Directory.GetFiles(_folder.Path).Order());
    }

    private void Save(long value)
    {
        _counter.Value = value;
        Checkpoint.Save(Newest, _counter);
    }

    private (long Value, string? Refusal) Load()
    {
        _counter.Value = 0;
        var source = Checkpoint.Load(Newest, _counter);
        Assert.Equal(source.Refusal is null ? Newest : Previous, source.Path);
        return (_counter.Value, source.Refusal);
    }

    private void Damage(byte[] bytes)
    {
        File.WriteAllBytes(Newest, bytes);
        var (value, refusal) = Load();
        Assert.Equal(1, value);
        Assert.StartsWith(Newest, refusal, StringComparison.Ordinal);
    }

    private sealed class Counter : ICheckpointed
    {
        public long Value { get; set; }

        public bool Fails { get; set; }

        public void Describe(CheckpointState state)
        {
            state.AddNumber("value", () => Fails ? throw new InvalidOperationException("no value") : Value, value => Value = value);
            state.AddNumbers<double>("list", () => [1.5, 2.5], list => Assert.Equal<double>([1.5, 2.5], list));
            state.AddSetting("unit", "\"s\" and \\ é");
        }
    }
}
