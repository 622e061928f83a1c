using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>What one kernel parameter takes: read once per kernel from the driver and the signature, compared at each launch.</summary>
internal readonly struct ParameterLayout
{
    private const KernelArgumentKind Any = KernelArgumentKind.Pointer | KernelArgumentKind.Integer | KernelArgumentKind.Floating | KernelArgumentKind.Struct;

    private readonly PointedElement _refused;

    private ParameterLayout(KernelArgumentKind accepted, int size, bool isReadOnly, string typeName, PointedElement refused = PointedElement.None)
    {
        Accepted = accepted;
        Size = size;
        IsReadOnly = isReadOnly;
        TypeName = typeName;
        _refused = refused;
    }

    public KernelArgumentKind Accepted { get; }

    /// <summary>Bytes; 0 when not known.</summary>
    public int Size { get; }

    /// <summary>A pointer to const: launches that only read need not wait for each other.</summary>
    public bool IsReadOnly { get; }

    public string TypeName { get; }

    public bool Accepts(in KernelArgument argument) => (argument.Kind & Accepted) != 0 && (Size == 0 || argument.Size == Size) && (argument.Pointed & _refused) == 0;

    /// <summary>The parameters of a kernel; null when neither the driver nor the signature tells their number.</summary>
    /// <exception cref="CudaException">The driver and the signature disagree.</exception>
    public static ParameterLayout[]? Read(CudaDevice device, CUkernel kernel, string name, KernelSignature? signature)
    {
        var sizes = ReadSizes(device, kernel, name);
        if (sizes is null)
            return signature is null ? null : [.. signature.Parameters.Select(parameter => From(parameter, 0))];
        if (signature is not null && signature.Parameters.Count != sizes.Count)
            throw new CudaException(CUresult.CUDA_ERROR_INVALID_VALUE, $"the driver says that kernel {name} has {sizes.Count} parameters, its signature {signature} says {signature.Parameters.Count}");
        return [.. sizes.Select((size, i) => signature is null ? new ParameterLayout(Any, size, false, $"a {size}-byte parameter") : From(signature.Parameters[i], size))];
    }

    private static ParameterLayout From(KernelParameter parameter, int driverSize)
    {
        var size = driverSize != 0 ? driverSize : parameter.Size;
        return parameter.Kind switch
        {
            ParameterKind.Pointer => new ParameterLayout(KernelArgumentKind.Pointer, 8, false, parameter.TypeName, PointedElements.RefusedBy(parameter.PointeeName)),
            ParameterKind.ConstPointer => new ParameterLayout(KernelArgumentKind.Pointer, 8, true, parameter.TypeName, PointedElements.RefusedBy(parameter.PointeeName)),
            ParameterKind.Float => new ParameterLayout(KernelArgumentKind.Floating, 4, false, parameter.TypeName),
            ParameterKind.Double => new ParameterLayout(KernelArgumentKind.Floating, 8, false, parameter.TypeName),
            ParameterKind.SignedInteger or ParameterKind.UnsignedInteger => new ParameterLayout(KernelArgumentKind.Integer, size, false, parameter.TypeName),
            _ => new ParameterLayout(Any, size, false, parameter.TypeName), // half-precision types and enums are structs to the compiler
        };
    }

    private static unsafe List<int>? ReadSizes(CudaDevice device, CUkernel kernel, string name)
    {
        if (!device.Driver.IsAvailable(nameof(DriverApi.cuKernelGetParamInfo)))
            return null;
        var sizes = new List<int>();
        while (true)
        {
            nuint offset, size;
            var result = device.Driver.cuKernelGetParamInfo(kernel, (nuint)sizes.Count, &offset, &size);
            if (result == CUresult.CUDA_ERROR_INVALID_VALUE)
                return sizes; // the index after the last
            if (result == CUresult.CUDA_ERROR_NOT_SUPPORTED)
                return null;
            device.Check(result, $"cuKernelGetParamInfo({name}, {sizes.Count})");
            sizes.Add((int)size);
        }
    }
}
