using System.Runtime.InteropServices;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>One NVRTC program from creation to destruction; it is destroyed however the compilation ends.</summary>
internal sealed unsafe class NvrtcProgram : IDisposable
{
    private readonly NvrtcApi _api;
    private readonly NativeStrings _strings = new();
    private nvrtcProgram _program;

    public NvrtcProgram(NvrtcApi api)
    {
        _api = api;
    }

    public nvrtcResult Create(string name, string text, IReadOnlyList<string> headerNames, IReadOnlyList<string> headerTexts)
    {
        nvrtcProgram program;
        var result = _api.nvrtcCreateProgram(&program, _strings.Add(text), _strings.Add(name), headerNames.Count, _strings.Add(headerTexts), _strings.Add(headerNames));
        if (result == nvrtcResult.NVRTC_SUCCESS)
            _program = program;
        return result;
    }

    public nvrtcResult AddNameExpression(string expression) => _api.nvrtcAddNameExpression(_program, _strings.Add(expression));

    public nvrtcResult Compile(IReadOnlyList<string> arguments) => _api.nvrtcCompileProgram(_program, arguments.Count, _strings.Add(arguments));

    public nvrtcResult TryGetLoweredName(string expression, out string lowered)
    {
        byte* text;
        var result = _api.nvrtcGetLoweredName(_program, _strings.Add(expression), &text);
        lowered = result == nvrtcResult.NVRTC_SUCCESS ? Marshal.PtrToStringUTF8((nint)text) ?? "" : "";
        return result;
    }

    public nvrtcResult TryGetImage(ImageFormat format, out byte[] image)
    {
        image = [];
        nuint size;
        var result = format switch
        {
            ImageFormat.Cubin => _api.nvrtcGetCUBINSize(_program, &size),
            ImageFormat.Ptx => _api.nvrtcGetPTXSize(_program, &size),
            _ => _api.nvrtcGetLTOIRSize(_program, &size),
        };
        if (result != nvrtcResult.NVRTC_SUCCESS)
            return result;
        image = new byte[checked((int)size)];
        fixed (byte* bytes = image)
        {
            return format switch
            {
                ImageFormat.Cubin => _api.nvrtcGetCUBIN(_program, bytes),
                ImageFormat.Ptx => _api.nvrtcGetPTX(_program, bytes),
                _ => _api.nvrtcGetLTOIR(_program, bytes),
            };
        }
    }

    /// <summary>The whole log; bytes that are no UTF-8 become U+FFFD. Empty when there is no program or no log.</summary>
    public string ReadLog()
    {
        nuint size;
        if (_program.Value == 0 || _api.nvrtcGetProgramLogSize(_program, &size) != nvrtcResult.NVRTC_SUCCESS || size <= 1)
            return "";
        var bytes = new byte[checked((int)size)];
        fixed (byte* target = bytes)
        {
            if (_api.nvrtcGetProgramLog(_program, target) != nvrtcResult.NVRTC_SUCCESS)
                return "";
        }

        var end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end).Trim('\n', '\r', ' ');
    }

    public void Dispose()
    {
        if (_program.Value != 0)
        {
            var program = _program;
            _program = default;
            _api.nvrtcDestroyProgram(&program); // its result tells nothing that could still be acted on
        }

        _strings.Dispose();
    }
}
