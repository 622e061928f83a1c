namespace CudaKernels.Tests;

public sealed class PtxasLogTests
{
    private const string Good = """
        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function '_Z6first' for 'sm_90a'
        ptxas info    : Function properties for _Z6first
            0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 168 registers, used 16 barriers, 1032 bytes smem, 704 bytes cmem[0]
        ptxas info    : Compile time = 812.530 ms
        ptxas info    : Compiling entry function '_Z6second' for 'sm_90a'
        ptxas info    : Function properties for _Z6second
            0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 128 registers, used 1 barriers
        """;

    [Fact]
    public void ALogWithoutRemarksGivesTheRegistersOfEachKernel()
    {
        var log = PtxasLog.Read(Good);
        Assert.Empty(log.Remarks);
        Assert.Equal([new("_Z6first", Registers: 168), new("_Z6second", Registers: 128)], log.Functions);
        Assert.All(log.Functions, function => Assert.True(function.IsInRegisters));
    }

    [Fact]
    public void LinesOfWindowsAreRead() => Assert.Equal(PtxasLog.Read(Good).Functions, PtxasLog.Read(Good.ReplaceLineEndings("\r\n")).Functions);

    [Theory]
    [InlineData("ptxas info    : (C7508) Potential Performance Loss: 'setmaxnreg' ignored; unable to determine register count at entry.")]
    [InlineData("ptxas info    : (C7504) Potential Performance Loss: 'setmaxnreg' ignored to maintain compatibility across compilation units.")]
    [InlineData("ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized due to the presence of Extern calls in the function '_Z6first'")]
    [InlineData("ptxas info    : (C7511) Potential Performance Loss: wgmma.mma_async instructions are serialized due to insufficient register resources for the wgmma pipeline in the function '_Z6first'")]
    [InlineData("ptxas info    : (C7515) Potential Performance Loss: wgmma.mma_async instructions are serialized due to non wgmma instructions defining accumulator registers of a wgmma between start and end of the pipeline stage in the function '_Z6first'")]
    [InlineData("ptxas info    : wgmma.mma_async instructions are serialized in '_Z6first'")]
    [InlineData("ptxas warning : Local memory used for function '_Z6first', size of stack frame: 64 bytes")]
    public void LostPerformanceIsRemarked(string line) => Assert.Equal([line], PtxasLog.Read($"{line}\n{Good}").Remarks);

    [Fact]
    public void SpillsAreThoseOfTheFunctionThatHasThem()
    {
        var log = PtxasLog.Read("""
            ptxas info    : Compiling entry function '_Z6kernel' for 'sm_90a'
            ptxas info    : Function properties for _Z6kernel
                16 bytes stack frame, 12 bytes spill stores, 20 bytes spill loads
            ptxas info    : Used 168 registers, used 16 barriers, 40 bytes cumulative stack size
            ptxas info    : Function properties for _Z6called
                24 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            """);
        Assert.Equal([new("_Z6kernel", 16, 12, 20, 168), new("_Z6called", StackBytes: 24)], log.Functions);
        Assert.All(log.Functions, function => Assert.False(function.IsInRegisters));
    }

    // Within a library ptxas puts its name before every line.
    [Fact]
    public void LinesWithANameBeforeThemAreRead()
    {
        var log = PtxasLog.Read("""
            ptxas info    : Compiling entry function '_Z6kernel' for 'sm_90a'
            ptxas info    : Function properties for _Z6kernel
            ptxas         .     16 bytes stack frame, 12 bytes spill stores, 20 bytes spill loads
            ptxas info    : Used 168 registers, used 16 barriers
            """);
        Assert.Equal([new("_Z6kernel", 16, 12, 20, 168)], log.Functions);
    }

    [Fact]
    public void ALogOfOtherThingsHoldsNothing()
    {
        var log = PtxasLog.Read("saxpy.cu(12): warning #177-D: variable \"x\" was declared but never referenced\n");
        Assert.Empty(log.Functions);
        Assert.Empty(log.Remarks);
    }
}
