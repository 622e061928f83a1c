using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>What the copy engine of compute capability 9.0 needs to move tiles of a tensor: its place and shape, and how a tile lies in shared memory.</summary>
/// <remarks>
/// <para>A kernel takes it by value, as <c>const __grid_constant__ ptx::TensorMap map</c> of <c>#include "common/ptx/tensor_map.cuh"</c>; a launch with it allocates nothing.</para>
/// <para>Lengths, strides and boxes stand outermost first, as everywhere in the library; the coordinates of the instructions stand innermost first. A tile that reaches beyond the tensor is filled up when it is loaded, and clipped when it is stored.</para>
/// <para>It holds the tensor's memory until it is disposed.</para>
/// </remarks>
public sealed unsafe class TensorMap : IDisposable
{
    private readonly nint[] _lengths;
    private readonly nint[] _byteStrides;
    private readonly int[] _box;
    private TensorMapBlock? _block;

    private TensorMap(TensorMapBlock block, CudaDevice device, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, ReadOnlySpan<int> box, TensorMapWindow? window, TensorMapOptions options)
    {
        _block = block;
        (_lengths, _byteStrides, _box) = (lengths.ToArray(), byteStrides.ToArray(), box.ToArray());
        (Device, Element, Window, Options) = (device, element, window, options);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The element.</summary>
    public TensorMapElement Element { get; }

    /// <summary>The tensor's length in each dimension.</summary>
    public ReadOnlySpan<nint> Lengths => _lengths;

    /// <summary>The bytes between neighbours along each dimension but the innermost, whose elements stand side by side.</summary>
    public ReadOnlySpan<nint> ByteStrides => _byteStrides;

    /// <summary>The tile's extent in each dimension; of an im2col map, pixels and channels.</summary>
    public ReadOnlySpan<int> Box => _box;

    /// <summary>The window of an im2col map; null for plain tiles.</summary>
    public TensorMapWindow? Window { get; }

    /// <summary>How tiles are moved.</summary>
    public TensorMapOptions Options { get; }

    /// <summary>The 128 bytes that the instructions read, for kernels that find their maps in device memory, where each stands at a multiple of 64.</summary>
    /// <remarks>The span does not keep the map alive: hold the map, by <c>using</c> or <see cref="GC.KeepAlive"/>, until the span's last use.</remarks>
    /// <exception cref="ObjectDisposedException">The map is disposed.</exception>
    public ReadOnlySpan<byte> Bytes => new(Block.Map, sizeof(CUtensorMap));

    /// <summary>The bytes of a whole tile in shared memory: what a barrier must expect of a load, also where the tile reaches beyond the tensor.</summary>
    public int TileBytes
    {
        get
        {
            var bytes = TensorMapElements.Size(Element);
            for (var i = 0; i < _box.Length; i++)
            {
                var step = Window is null && Options.ElementStrides.Count != 0 ? Options.ElementStrides[i] : 1;
                bytes *= (_box[i] + step - 1) / step;
            }

            return bytes;
        }
    }

    /// <summary>Describes tiles of memory that the caller keeps alive and in order.</summary>
    /// <param name="device">The device.</param>
    /// <param name="address">The first element: a multiple of 16 bytes.</param>
    /// <param name="element">The element.</param>
    /// <param name="lengths">One to five lengths, each at most 2³².</param>
    /// <param name="byteStrides">The byte strides of all dimensions but the innermost: multiples of 16.</param>
    /// <param name="box">The tile: at most 256 in each dimension, the innermost a multiple of 16 bytes.</param>
    /// <param name="options">How tiles are moved; null for the defaults.</param>
    /// <exception cref="ArgumentException">The copy engine does not take it; the message has the value that was got.</exception>
    /// <exception cref="CudaNotSupportedException">The device or its driver has no tensor maps.</exception>
    public static TensorMap Create(CudaDevice device, CUdeviceptr address, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, ReadOnlySpan<int> box, TensorMapOptions? options = null) =>
        Tiled(device, (nuint)address.Value, null, element, lengths, byteStrides, box, options);

    /// <summary>Describes im2col windows of memory that the caller keeps alive and in order.</summary>
    /// <param name="device">The device.</param>
    /// <param name="address">The first element: a multiple of 16 bytes.</param>
    /// <param name="element">The element.</param>
    /// <param name="lengths">The lengths of an NWC, NHWC or NDHWC tensor.</param>
    /// <param name="byteStrides">The byte strides of all dimensions but the innermost: multiples of 16.</param>
    /// <param name="window">The window. The option <see cref="TensorMapOptions.ElementStrides"/> holds the convolution's strides, 1 for the images and the channels.</param>
    /// <param name="options">How tiles are moved; null for the defaults.</param>
    /// <exception cref="ArgumentException">The copy engine does not take it; the message has the value that was got.</exception>
    /// <exception cref="CudaNotSupportedException">The device or its driver has no tensor maps.</exception>
    public static TensorMap CreateIm2col(CudaDevice device, CUdeviceptr address, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, TensorMapWindow window, TensorMapOptions? options = null) =>
        Im2col(device, (nuint)address.Value, null, element, lengths, byteStrides, window, options);

    /// <summary>Passes the map to a kernel that may load and store through it.</summary>
    /// <exception cref="ObjectDisposedException">The map is disposed.</exception>
    public static implicit operator KernelArgument(TensorMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return KernelArgument.ByDescriptor(map.Block, writes: true);
    }

    /// <summary>Passes the map to a kernel that only loads through it: readers on several streams do not wait for each other.</summary>
    /// <exception cref="ObjectDisposedException">The map is disposed.</exception>
    public KernelArgument AsReadOnly() => KernelArgument.ByDescriptor(Block, writes: false);

    /// <summary>Gives up the hold on the tensor's memory.</summary>
    public void Dispose() => Interlocked.Exchange(ref _block, null)?.Release();

    /// <summary>Names the map.</summary>
    public override string ToString() =>
        $"TensorMap of {Element}{TensorLayout.Format(_lengths)}, {(Window is null ? "box" : "im2col window of pixels and channels")} [{string.Join(", ", _box)}], swizzle {Options.Swizzle}";

    /// <summary>Takes over a lease on <paramref name="memory"/>, also when it throws.</summary>
    internal static TensorMap Tiled(CudaDevice device, nuint address, MemoryBlock? memory, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, ReadOnlySpan<int> box, TensorMapOptions? options)
    {
        options ??= TensorMapOptions.Default;
        var block = Prepare(device, address, memory);
        try
        {
            TensorMapRules.RequireTensor(address, element, lengths, byteStrides, options, isWindow: false);
            TensorMapRules.RequireBox(element, lengths.Length, box, options);
            var rank = lengths.Length;
            ulong* dimensions = stackalloc ulong[rank], strides = stackalloc ulong[rank];
            uint* extents = stackalloc uint[rank], steps = stackalloc uint[rank];
            Reverse(lengths, byteStrides, options, dimensions, strides, steps);
            for (var i = 0; i < rank; i++)
                extents[rank - 1 - i] = (uint)box[i];
            var result = device.Driver.cuTensorMapEncodeTiled(
                block.Map, (CUtensorMapDataType)element, (uint)rank, (void*)address, dimensions, strides, extents, steps,
                (CUtensorMapInterleave)options.Interleave, (CUtensorMapSwizzle)options.Swizzle, (CUtensorMapL2promotion)options.L2Promotion, (CUtensorMapFloatOOBfill)options.Fill);
            var map = new TensorMap(block, device, element, lengths, byteStrides, box, null, options);
            device.Check(result, $"cuTensorMapEncodeTiled({map})");
            return map;
        }
        catch
        {
            block.Release();
            throw;
        }
    }

    /// <summary>Takes over a lease on <paramref name="memory"/>, also when it throws.</summary>
    internal static TensorMap Im2col(CudaDevice device, nuint address, MemoryBlock? memory, TensorMapElement element, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, TensorMapWindow window, TensorMapOptions? options)
    {
        ArgumentNullException.ThrowIfNull(window);
        options ??= TensorMapOptions.Default;
        var block = Prepare(device, address, memory);
        try
        {
            TensorMapRules.RequireTensor(address, element, lengths, byteStrides, options, isWindow: true);
            TensorMapRules.RequireWindow(element, lengths, window, options);
            var rank = lengths.Length;
            ulong* dimensions = stackalloc ulong[rank], strides = stackalloc ulong[rank];
            uint* steps = stackalloc uint[rank];
            Reverse(lengths, byteStrides, options, dimensions, strides, steps);
            int* lower = stackalloc int[rank - 2], upper = stackalloc int[rank - 2];
            for (var i = 0; i < rank - 2; i++)
                (lower[rank - 3 - i], upper[rank - 3 - i]) = (window.LowerCorner[i], window.UpperCorner[i]);
            var result = device.Driver.cuTensorMapEncodeIm2col(
                block.Map, (CUtensorMapDataType)element, (uint)rank, (void*)address, dimensions, strides, lower, upper, (uint)window.ChannelsPerPixel, (uint)window.PixelsPerColumn, steps,
                (CUtensorMapInterleave)options.Interleave, (CUtensorMapSwizzle)options.Swizzle, (CUtensorMapL2promotion)options.L2Promotion, (CUtensorMapFloatOOBfill)options.Fill);
            var map = new TensorMap(block, device, element, lengths, byteStrides, [window.PixelsPerColumn, window.ChannelsPerPixel], window, options);
            device.Check(result, $"cuTensorMapEncodeIm2col({map})");
            return map;
        }
        catch
        {
            block.Release();
            throw;
        }
    }

    private TensorMapBlock Block => Volatile.Read(ref _block) ?? throw new ObjectDisposedException(nameof(TensorMap), "the tensor map is disposed: its memory may belong to another tensor by now");

    private static TensorMapBlock Prepare(CudaDevice device, nuint address, MemoryBlock? memory)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(device);
            device.Enter();
            if (!device.Specification.SupportsTensorMaps)
                throw new CudaNotSupportedException($"tensor maps need compute capability 9.0 and CUDA 12.0, {device} has {device.Specification.ComputeCapability}");
            return new TensorMapBlock(device, address, memory);
        }
        catch
        {
            memory?.Release();
            throw;
        }
    }

    // The driver takes the innermost dimension first.
    private static void Reverse(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> byteStrides, TensorMapOptions options, ulong* dimensions, ulong* strides, uint* steps)
    {
        var rank = lengths.Length;
        for (var i = 0; i < rank; i++)
        {
            dimensions[rank - 1 - i] = (ulong)lengths[i];
            steps[rank - 1 - i] = options.ElementStrides.Count == 0 ? 1 : (uint)options.ElementStrides[i];
        }

        for (var i = 0; i < rank - 1; i++)
            strides[rank - 2 - i] = (ulong)byteStrides[i];
    }
}
