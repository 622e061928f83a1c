using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The functions of NVRTC.</summary>
internal static unsafe class NvrtcCalls
{
    private static readonly int[] s_architectures = [75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121];

    public static nvrtcResult nvrtcVersion(int* major, int* minor)
    {
        if (major is null || minor is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        (*major, *minor) = (SoftwareDriver.Version / 1000, SoftwareDriver.Version % 1000 / 10);
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcGetNumSupportedArchs(int* numArchs)
    {
        if (numArchs is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        *numArchs = s_architectures.Length;
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcGetSupportedArchs(int* supportedArchs)
    {
        if (supportedArchs is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        s_architectures.CopyTo(new Span<int>(supportedArchs, s_architectures.Length));
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcCreateProgram(nvrtcProgram* prog, byte* src, byte* name, int numHeaders, byte** headers, byte** includeNames)
    {
        if (prog is null || src is null || numHeaders < 0 || (numHeaders > 0 && (headers is null || includeNames is null)))
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        var included = new List<KeyValuePair<string, string>>(numHeaders);
        for (var i = 0; i < numHeaders; i++)
            included.Add(KeyValuePair.Create(Text(includeNames[i]), Text(headers[i])));
        *prog = NvrtcUnit.Add(new NvrtcUnit(new SoftwareProgram(Text(src), name is null ? "default_program" : Text(name), included)));
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcDestroyProgram(nvrtcProgram* prog)
    {
        if (prog is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM;
        NvrtcUnit.Remove(*prog);
        *prog = default;
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcAddNameExpression(nvrtcProgram prog, byte* name_expression)
    {
        NvrtcUnit.Find(prog).AddNameExpression(Text(name_expression));
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static nvrtcResult nvrtcCompileProgram(nvrtcProgram prog, int numOptions, byte** options)
    {
        var unit = NvrtcUnit.Find(prog);
        if (numOptions < 0 || (numOptions > 0 && options is null))
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        var texts = new string[numOptions];
        for (var i = 0; i < numOptions; i++)
            texts[i] = Text(options[i]);
        return unit.Compile(texts);
    }

    public static nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram prog, nuint* logSizeRet) => Size(NvrtcUnit.Find(prog).Log, logSizeRet);

    public static nvrtcResult nvrtcGetProgramLog(nvrtcProgram prog, byte* log) => Write(NvrtcUnit.Find(prog).Log, log);

    public static nvrtcResult nvrtcGetCUBINSize(nvrtcProgram prog, nuint* cubinSizeRet) => Size(NvrtcUnit.Find(prog).Image, cubinSizeRet);

    public static nvrtcResult nvrtcGetCUBIN(nvrtcProgram prog, byte* cubin) => Write(NvrtcUnit.Find(prog).Image, cubin);

    public static nvrtcResult nvrtcGetPTXSize(nvrtcProgram prog, nuint* ptxSizeRet) => Size(NvrtcUnit.Find(prog).Image, ptxSizeRet);

    public static nvrtcResult nvrtcGetPTX(nvrtcProgram prog, byte* ptx) => Write(NvrtcUnit.Find(prog).Image, ptx);

    public static nvrtcResult nvrtcGetLoweredName(nvrtcProgram prog, byte* name_expression, byte** lowered_name)
    {
        var unit = NvrtcUnit.Find(prog);
        if (lowered_name is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        *lowered_name = (byte*)unit.LoweredName(Text(name_expression));
        return nvrtcResult.NVRTC_SUCCESS;
    }

    public static byte* nvrtcGetErrorString(nvrtcResult result) =>
        (byte*)NativeText.Keep(Enum.IsDefined(result) ? result.ToString() : "NVRTC_ERROR unknown");

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? throw new NvrtcError(nvrtcResult.NVRTC_ERROR_INVALID_INPUT);

    private static nvrtcResult Size(byte[] bytes, nuint* size)
    {
        if (size is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        *size = (nuint)bytes.Length;
        return nvrtcResult.NVRTC_SUCCESS;
    }

    private static nvrtcResult Write(byte[] bytes, byte* target)
    {
        if (target is null)
            return nvrtcResult.NVRTC_ERROR_INVALID_INPUT;
        bytes.CopyTo(new Span<byte>(target, bytes.Length));
        return nvrtcResult.NVRTC_SUCCESS;
    }
}
