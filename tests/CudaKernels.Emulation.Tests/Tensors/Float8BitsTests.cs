using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>Kernels make the same 8-bit floats as the managed device, to the last bit, and read them as the same numbers.</summary>
public sealed class Float8BitsTests
{
    [Fact]
    public void CastsToE4M3AreTheSameBits() => Compare<Float8E4M3>();

    [Fact]
    public void CastsToE5M2AreTheSameBits() => Compare<Float8E5M2>();

    [Fact]
    public void ANumberIsPassedByValue()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        var source = KernelSource.FromString("pass.cu", """
            #include "common/float8.cuh"
            extern "C" __global__ void pass(float* y, e4m3 a, int between, e5m2 b) {
              y[0] = to_f32(a);
              y[1] = to_f32(b) + between;
            }
            """);
        using var module = emulated.Device.Compile(source, new CompileOptions { Kernels = ["pass"] });
        using var y = emulated.Device.CreateZeros<float>([2]);
        emulated.Device.DefaultStream!.Launch(module.GetKernel("pass"), LaunchConfig.Cover(1), y, (Float8E4M3)(-0.4375f), 1, (Float8E5M2)0.875f);
        Assert.Equal([-0.4375f, 1.875f], y.ToArray());
    }

    private static void Compare<T>() where T : unmanaged, IFloat8<T>
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        using var processor = new CpuDevice();
        var floats = Floats<T>();
        var codes = Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), code => T.FromBits((byte)code));
        Same(device =>
        {
            using var x = device.CreateTensor(floats, [floats.Length]);
            using var y = x.Cast<T>();
            return y.ToArray();
        });
        Same(device =>
        {
            using var x = device.CreateTensor(floats, [floats.Length]);
            using var one = device.CreateTensor<float>([1], [1]);
            using var y = x.Quantize<float, T>(one);
            return y.ToArray();
        });
        Same(device =>
        {
            using var x = device.CreateTensor(codes, [256]);
            using var y = x.Cast<float>();
            return Array.ConvertAll(y.ToArray(), value => float.IsNaN(value) ? 0 : BitConverter.SingleToUInt32Bits(value));
        });
        Same(device =>
        {
            using var x = device.CreateTensor(codes, [256]);
            using var a = x.Cast<Float8E4M3>();
            using var b = x.Cast<Float8E5M2>();
            using var again = b.Cast<Float8E4M3>();
            return (byte[])[.. MemoryMarshal.AsBytes(a.ToArray().AsSpan()), .. MemoryMarshal.AsBytes(b.ToArray().AsSpan()), .. MemoryMarshal.AsBytes(again.ToArray().AsSpan())];
        });

        void Same<TResult>(Func<ComputeDevice, TResult[]> run) where TResult : unmanaged
        {
            var (expected, got) = (run(processor), run(emulated.Device));
            Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()), MemoryMarshal.AsBytes(got.AsSpan()));
        }
    }

    // Every number and half way to the next, with their neighbours, both signs; and upper halves of floats, NaN and infinities among them.
    private static float[] Floats<T>() where T : unmanaged, IFloat8<T>
    {
        var values = new List<float>();
        for (var code = 0; code < 128; code++)
        {
            var (value, next) = ((float)T.FromBits((byte)code), (float)T.FromBits((byte)(code + 1)));
            foreach (var point in (float[])[value, (value + (float.IsFinite(next) ? next : value * 1.0714286f)) / 2])
            {
                values.AddRange([point, float.BitDecrement(point), float.BitIncrement(point)]);
            }
        }

        for (uint upper = 0; upper < 0x8000; upper += 7)
        {
            values.Add(BitConverter.UInt32BitsToSingle((upper << 16) | 0x8000));
        }

        values.AddRange([464, 61440, float.Epsilon, float.MaxValue, float.PositiveInfinity]);
        return [.. values, .. values.Select(value => -value)];
    }
}
