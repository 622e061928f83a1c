namespace CudaKernels;

/// <summary>The kernels of the operations that a device has loaded, by template and element types.</summary>
internal sealed class KernelLibrary
{
    private readonly Lock _gate = new();
    private CudaKernel?[]?[] _kernels = [];

    /// <summary>A kernel that is there already: two array reads, nothing allocated.</summary>
    public CudaKernel? TryGet(KernelTemplate template, KernelTypes types)
    {
        var all = Volatile.Read(ref _kernels);
        if (template.Id >= all.Length || Volatile.Read(ref all[template.Id]) is not { } instances || types.Index >= instances.Length)
            return null;
        return Volatile.Read(ref instances[types.Index]);
    }

    /// <summary>Compiles the instance, or on a device that compiles in bulk every instance of its file.</summary>
    public CudaKernel Load(CudaDevice device, KernelTemplate template, KernelTypes types)
    {
        if (!template.Combinations.Contains(types))
            throw new NotSupportedException($"{template.Expression(types)} of {template.File.Path} does not exist; it is made for {string.Join(", ", template.Combinations.Select(template.Expression))}");
        lock (_gate)
        {
            if (TryGet(template, types) is { } known)
                return known;
            (KernelTemplate Template, KernelTypes Types)[] wanted = device.CompilesInBulk && device.Options.KernelText is null
                ? [.. template.File.Templates.SelectMany(one => one.Combinations.Select(combination => (one, combination)))]
                : [(template, types)];
            var module = device.Compile(
                Source(device, template.File.Path),
                new CompileOptions { Kernels = [.. wanted.Select(one => one.Template.Expression(one.Types))] });
            foreach (var (one, combination) in wanted)
                Store(one, combination, module.GetKernel(one.Expression(combination)));
            return TryGet(template, types)!;
        }
    }

    private static KernelSource Source(CudaDevice device, string path)
    {
        var source = KernelSource.FromResource(path);
        return device.Options.KernelText is { } change ? KernelSource.FromString(source.Name, change(path, source.Text)) : source;
    }

    private void Store(KernelTemplate template, KernelTypes types, CudaKernel kernel)
    {
        var all = _kernels;
        if (template.Id >= all.Length)
            Array.Resize(ref all, Math.Max(template.Id + 1, 2 * all.Length));
        var instances = all[template.Id];
        if (instances is null || types.Index >= instances.Length)
        {
            Array.Resize(ref instances, template.Combinations.Max(one => one.Index) + 1);
            Volatile.Write(ref all[template.Id], instances);
        }

        Volatile.Write(ref instances[types.Index], kernel);
        Volatile.Write(ref _kernels, all);
    }
}
