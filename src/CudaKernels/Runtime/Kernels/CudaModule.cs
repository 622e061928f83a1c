using System.Runtime.InteropServices;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Loaded code: kernels and global variables.</summary>
/// <remarks>Disposing a module whose kernels are still referenced unloads it when the last of them is collected.</remarks>
public sealed unsafe class CudaModule : IDisposable
{
    private const int JitLogBytes = 16 << 10;
    private readonly LibraryHandle _library;
    private readonly CompiledImage? _image;
    private readonly Dictionary<string, CudaKernel> _kernels = new(StringComparer.Ordinal);
    private bool _isDisposed;
    private bool _isShared;

    private CudaModule(CudaDevice device, LibraryHandle library, string name, CompiledImage? image)
    {
        Device = device;
        Name = name;
        _library = library;
        _image = image;
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The name of the source, or of the image.</summary>
    public string Name { get; }

    /// <summary>The compilation that the code comes from; null for a loaded image.</summary>
    public CompiledImage? Image => _image;

    /// <summary>The driver's handle.</summary>
    public CUlibrary Handle => _library.Handle;

    /// <summary>A kernel by the name expression that <see cref="CompileOptions.Kernels"/> listed, by the name of an <c>extern "C"</c> kernel, or by symbol. White space that separates no words does not count.</summary>
    /// <exception cref="ArgumentException">There is no such kernel; the message names those listed.</exception>
    public CudaKernel GetKernel(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_kernels)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_kernels.TryGetValue(name, out var known))
                return known;
            Device.Enter();
            CaptureSession.RefuseOnThisThread($"loading the kernel {name}");
            var expression = _image?.FindExpression(name) ?? name;
            if (_kernels.TryGetValue(expression, out known))
            {
                _kernels.Add(name, known);
                return known;
            }

            var symbol = _image?.LoweredNames.GetValueOrDefault(expression) ?? expression;
            CUkernel handle;
            CUresult result;
            fixed (byte* text = Encoding.UTF8.GetBytes(symbol + '\0'))
                result = Device.Driver.cuLibraryGetKernel(&handle, Handle, text);
            if (result == CUresult.CUDA_ERROR_NOT_FOUND)
                throw new ArgumentException(DescribeMissing(name), nameof(name));
            Device.Check(result, $"cuLibraryGetKernel({Name}, {symbol})");
            var signature = _image?.FindSignature(name) ?? KernelSignature.FromLoweredName(symbol);
            var kernel = new CudaKernel(Device, _library, expression, handle, signature);
            _isShared = true;
            _kernels.Add(expression, kernel);
            _kernels[name] = kernel;
            return kernel;
        }
    }

    /// <summary>A <c>__device__</c> or <c>__constant__</c> variable as a buffer over its memory, which stays the module's.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="name">The symbol; that of a variable in a namespace is mangled, unless it is <c>extern "C"</c>.</param>
    /// <exception cref="ArgumentException">There is no such variable, or its size is not a multiple of the element's.</exception>
    public DeviceBuffer<T> GetGlobal<T>(string name) where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_kernels)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Device.Enter();
            CUdeviceptr address;
            nuint size;
            CUresult result;
            fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
                result = Device.Driver.cuLibraryGetGlobal(&address, &size, Handle, text);
            if (result == CUresult.CUDA_ERROR_NOT_FOUND)
                throw new ArgumentException($"{Name} has no variable {name}; a variable that no kernel uses is left out unless it is extern \"C\"", nameof(name));
            Device.Check(result, $"cuLibraryGetGlobal({Name}, {name})");
            if (size % (nuint)sizeof(T) != 0)
                throw new ArgumentException($"{name} has {size} bytes, which is no multiple of the {sizeof(T)} bytes of {typeof(T).Name}", nameof(name));
            _isShared = true;
            return new DeviceBuffer<T>(new GlobalBlock(Device, (nuint)address.Value, size, _library), (long)(size / (nuint)sizeof(T)));
        }
    }

    /// <summary>Gives the module up.</summary>
    public void Dispose()
    {
        lock (_kernels)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _kernels.Clear();
            if (!_isShared)
                _library.Dispose();
        }
    }

    /// <summary>Names the module.</summary>
    public override string ToString() => $"{Name} on {Device.Id}";

    internal static CudaModule Load(CudaDevice device, ReadOnlySpan<byte> code, string name, CompiledImage? image)
    {
        device.Enter();
        CaptureSession.RefuseOnThisThread($"loading {name}");
        using var activity = CudaTelemetry.Activities.StartActivity("cuda.module.load")?.SetTag("module", name);
        // PTX is text that ends with NUL; a binary image is not harmed by one byte more.
        var bytes = new byte[code.Length + 1];
        code.CopyTo(bytes);
        var isBinary = image?.IsCubin ?? code.StartsWith("\u007fELF"u8);
        CUlibrary library;
        CUresult result;
        string log;
        fixed (byte* data = bytes)
            result = isBinary ? LoadBinary(device, data, &library, out log) : LoadText(device, data, &library, out log);
        if (result == CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU && device.Kind == DeviceKind.Emulated)
            log = "; the software CUDA device loads only what it has compiled itself, neither PTX nor the cubin of a GPU: give it the source, by Compile";
        device.Check(result, $"cuLibraryLoadData({name}, {code.Length} bytes{log})");
        device.Resources.Add(ResourceKind.Library, library.Value);
        return new CudaModule(device, new LibraryHandle(device, library), name, image);
    }

    private static CUresult LoadBinary(CudaDevice device, byte* data, CUlibrary* library, out string log)
    {
        log = "";
        return device.Driver.cuLibraryLoadData(library, data, null, null, 0, null, null, 0);
    }

    // The driver compiles PTX; its assembler's messages come through a buffer.
    private static CUresult LoadText(CudaDevice device, byte* data, CUlibrary* library, out string log)
    {
        var buffer = new byte[JitLogBytes];
        CUresult result;
        fixed (byte* text = buffer)
        {
            var options = stackalloc CUjit_option[] { CUjit_option.CU_JIT_ERROR_LOG_BUFFER, CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES };
            var values = stackalloc void*[] { text, (void*)(nint)JitLogBytes };
            result = device.Driver.cuLibraryLoadData(library, data, options, values, 2, null, null, 0);
            buffer[^1] = 0;
            var message = Marshal.PtrToStringUTF8((nint)text);
            log = string.IsNullOrWhiteSpace(message) ? "" : "; the driver's log: " + message.Trim();
        }

        return result;
    }

    private string DescribeMissing(string name)
    {
        var listed = _image is null ? [] : _image.LoweredNames.Keys.Concat(_image.Signatures.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return listed.Length == 0
            ? $"{Name} has no kernel {name}. Kernels are found by their symbol: declare them extern \"C\", or list their name expressions in CompileOptions.Kernels"
            : $"{Name} has no kernel {name}; it was compiled with {string.Join(", ", listed)}. List the name expressions of others in CompileOptions.Kernels";
    }
}
