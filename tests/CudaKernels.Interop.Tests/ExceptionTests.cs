using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class ExceptionTests
{
    [Fact]
    public void The_code_and_the_cause_are_kept()
    {
        var cause = new InvalidOperationException("first");
        var error = new CudaException(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "text", cause);
        Assert.Equal(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, error.Code);
        Assert.Equal("text", error.Message);
        Assert.Same(cause, error.InnerException);
    }

    [Fact]
    public void A_source_without_a_reason_still_gives_a_sentence()
    {
        var error = new CudaNotSupportedException(new NativeFunction("cublas", "cublasSgemm", "cublasSgemm_v2", null, 0, 0), null);
        Assert.Equal("cublasSgemm is not available: the cublas library does not have cublasSgemm_v2.", error.Message);
    }

    [Fact]
    public void A_missing_library_can_be_caught_as_the_framework_names_it()
    {
        var error = new CudaLibraryNotFoundException("NVRTC", "text");
        Assert.Equal("NVRTC", error.Library);
        Assert.IsAssignableFrom<DllNotFoundException>(error);
    }
}
