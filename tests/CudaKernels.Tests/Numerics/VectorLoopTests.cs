using System.Runtime.Intrinsics;

namespace CudaKernels.Tests;

public class VectorLoopTests
{
    private readonly struct TwicePlusOne<T> : IVectorFunction<T> where T : unmanaged
    {
        public Vector512<T> Invoke(Vector512<T> x) => x + x + Vector512<T>.One;
    }

    public static TheoryData<int> Lengths => [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void EveryElementOnceAndNothingPastTheEnd(int length)
    {
        Check<float>(length, VectorLoop.Apply<float, TwicePlusOne<float>>);
        Check<double>(length, VectorLoop.Apply<double, TwicePlusOne<double>>);
        CheckInSingle<float>(length, VectorLoop.ApplyInSingle<float, TwicePlusOne<float>>);
        CheckInSingle<Half>(length, VectorLoop.ApplyInSingle<Half, TwicePlusOne<float>>);
        CheckInSingle<BFloat16>(length, VectorLoop.ApplyInSingle<BFloat16, TwicePlusOne<float>>);
    }

    [Fact]
    public void AShortDestinationAndAnotherTypeAreRefused()
    {
        Assert.Throws<ArgumentException>(() => VectorLoop.Apply(default(TwicePlusOne<float>), new float[2], new float[1]));
        Assert.Throws<ArgumentException>(() => VectorLoop.ApplyInSingle(default(TwicePlusOne<float>), new Half[2], new Half[1]));
        Assert.Throws<NotSupportedException>(() => VectorLoop.ApplyInSingle(default(TwicePlusOne<float>), new int[2], new int[2]));
    }

    private delegate void Loop<T>(TwicePlusOne<T> function, ReadOnlySpan<T> source, Span<T> destination) where T : unmanaged;

    private delegate void LoopInSingle<T>(TwicePlusOne<float> function, ReadOnlySpan<T> source, Span<T> destination) where T : unmanaged;

    private static void Check<T>(int length, Loop<T> loop) where T : unmanaged, System.Numerics.INumber<T> =>
        Check<T>(length, (source, destination) => loop(default, source, destination));

    private static void CheckInSingle<T>(int length, LoopInSingle<T> loop) where T : unmanaged, System.Numerics.INumber<T> =>
        Check<T>(length, (source, destination) => loop(default, source, destination));

    private static void Check<T>(int length, Action<T[], Span<T>> loop) where T : unmanaged, System.Numerics.INumber<T>
    {
        var source = Enumerable.Range(0, length).Select(i => T.CreateChecked(i % 60 - 30)).ToArray();
        var expected = source.Select(x => x + x + T.One).ToArray();
        var destination = new T[length + 1];
        destination[length] = T.CreateChecked(77);
        loop(source, destination);
        Assert.Equal(expected, destination[..length]);
        Assert.Equal(T.CreateChecked(77), destination[length]);
        loop(source, source);
        Assert.Equal(expected, source);
    }
}
