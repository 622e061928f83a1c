using System.Runtime.InteropServices;

namespace CudaKernels.Cli.Kernels;

/// <summary>An output buffer after the launch.</summary>
internal sealed record RunOutput(int Index, ElementFormat Format, double[] Values, byte[] Bytes)
{
    /// <exception cref="UsageException">The npy writer has no such type.</exception>
    public void Save(string path)
    {
        switch (Format.Name)
        {
            case "f64": Write<double>(path); break;
            case "f32": Write<float>(path); break;
            case "f16": Write<Half>(path); break;
            case "bf16": Write<BFloat16>(path); break;
            case "f8e4m3": Write<Float8E4M3>(path); break;
            case "f8e5m2": Write<Float8E5M2>(path); break;
            case "i64": Write<long>(path); break;
            case "i32": Write<int>(path); break;
            case "u8": Write<byte>(path); break;
            case "i8": Write<sbyte>(path); break;
            default: throw new UsageException($"--save cannot write {Format.Name}");
        }
    }

    private void Write<T>(string path) where T : unmanaged => NpyFile.Write(path, MemoryMarshal.Cast<byte, T>(Bytes), [Values.Length]);
}
