namespace CudaKernels.Tests;

/// <summary>Elements picked by a mask, of every size, in place too.</summary>
public sealed unsafe class VectorSelectTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void EverySize(int count)
    {
        Pick(count, i => (byte)i, i => (byte)(i + 100));
        Pick(count, i => (ushort)i, i => (ushort)(i + 1_000));
        Pick(count, i => (float)i, i => -0.5f - i);
        Pick(count, i => (double)i, i => -0.5 - i);
    }

    private static void Pick<T>(int count, Func<int, T> first, Func<int, T> second) where T : unmanaged
    {
        // Any byte but 0 is true.
        byte[] mask = [.. Enumerable.Range(0, count).Select(i => (byte)((i * 37 % 5) switch { 0 => 0, 1 => 1, 2 => 255, 3 => 0, _ => 128 }))];
        T[] a = [.. Enumerable.Range(0, count + 1).Select(first)], b = [.. Enumerable.Range(0, count + 1).Select(second)], y = new T[count + 1];
        T[] expected = [.. Enumerable.Range(0, count).Select(i => mask[i] != 0 ? a[i] : b[i])];
        fixed (byte* condition = mask)
        fixed (T* left = a, right = b, to = y)
        {
            VectorSelect.Run(condition, left, right, to, count);
            Assert.Equal(expected, y[..count]);
            Assert.Equal(default, y[count]);
            VectorSelect.Run(condition, left, right, right, count);
            Assert.Equal(expected, b[..count]);
            Assert.Equal(second(count), b[count]);
        }
    }
}
