using System.Globalization;
using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The text of a driver call and its arguments, put together only when the call failed.</summary>
[InterpolatedStringHandler]
internal ref struct CallText
{
    private DefaultInterpolatedStringHandler _text;

    public CallText(int literalLength, int formattedCount, CUresult result, out bool isEnabled)
    {
        isEnabled = result != CUresult.CUDA_SUCCESS;
        if (isEnabled)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public CallText(int literalLength, int formattedCount, cublasStatus_t status, out bool isEnabled)
    {
        isEnabled = status != cublasStatus_t.CUBLAS_STATUS_SUCCESS;
        if (isEnabled)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    public string Finish() => _text.ToStringAndClear();
}
