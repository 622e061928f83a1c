namespace CudaKernels.Tests;

/// <summary>Who owns a tensor, and when it is freed.</summary>
public sealed class TensorScopeTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    private DeviceTensor<float> New() => _device.CreateZeros<float>([2]);

    [Fact]
    public void AScopeThatIsNotTheInnermostTakesATensorOver()
    {
        var tape = _device.BeginScope();
        DeviceTensor<float> saved, passing;
        using (_device.BeginScope())
        {
            saved = tape.Own(New());
            passing = New();
            Assert.Same(saved, tape.Own(saved));
        }

        Assert.True(passing.IsDisposed);
        Assert.False(saved.IsDisposed);
        tape.Dispose();
        Assert.True(saved.IsDisposed);
    }

    [Fact]
    public void AScopeOutsideTheNestingOwnsWhatItIsGiven()
    {
        var tape = _device.CreateScope();
        using var free = New();
        DeviceTensor<float> saved, passing;
        using (var inner = _device.BeginScope())
        {
            saved = tape.Own(New());
            passing = New();
            Assert.Same(free, tape.MoveToOuter(free));
        }

        Assert.True(passing.IsDisposed);
        using var late = New();
        tape.Dispose();
        Assert.True(saved.IsDisposed);
        Assert.False(free.IsDisposed || late.IsDisposed);
    }

    [Fact]
    public void ATensorOfNobodyAndOneOfAnotherThreadAreTakenOver()
    {
        var (free, foreign) = (New(), New());
        using (var scope = _device.BeginScope())
        {
            scope.Own(free);
            var thread = new Thread(() => scope.Own(foreign));
            thread.Start();
            thread.Join();
        }

        Assert.True(free.IsDisposed && foreign.IsDisposed);
    }

    [Fact]
    public void AResultMovesToTheScopeAround()
    {
        DeviceTensor<float> result, last;
        using (_device.BeginScope())
        {
            using (var inner = _device.BeginScope())
            {
                result = inner.MoveToOuter(New());
            }

            Assert.False(result.IsDisposed);
        }

        Assert.True(result.IsDisposed);
        using (var alone = _device.BeginScope())
        {
            last = alone.MoveToOuter(New());
        }

        Assert.False(last.IsDisposed);
        last.Dispose();
    }

    [Fact]
    public void TheScopeAroundIsOneOfTheTensorsDevice()
    {
        using var other = new CpuDevice();
        DeviceTensor<float> result;
        using (_device.BeginScope())
        {
            using (other.BeginScope())
            {
                using (var inner = _device.BeginScope())
                {
                    result = inner.MoveToOuter(New());
                }
            }

            Assert.False(result.IsDisposed);
        }

        Assert.True(result.IsDisposed);
        using var scope = _device.BeginScope();
        using var foreign = other.CreateZeros<float>([1]);
        Assert.Contains("the scope", Assert.Throws<ArgumentException>(() => scope.Own(foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepTakesATensorFromWhicheverScopeOwnsIt()
    {
        DeviceTensor<float> kept;
        using (var outer = _device.BeginScope())
        {
            using (_device.BeginScope())
            {
                kept = outer.Keep(New());
            }
        }

        Assert.False(kept.IsDisposed);
        kept.Dispose();
    }

    [Fact]
    public void ScopesAreDisposedInAnyOrder()
    {
        var first = _device.BeginScope();
        var ofFirst = New();
        var second = _device.BeginScope();
        var ofSecond = New();
        var third = _device.BeginScope();
        first.Dispose();
        second.Dispose();
        Assert.True(ofFirst.IsDisposed && ofSecond.IsDisposed);
        var ofThird = New();
        Assert.False(ofThird.IsDisposed);
        var outer = third.MoveToOuter(New());
        third.Dispose();
        Assert.True(ofThird.IsDisposed);
        Assert.False(outer.IsDisposed);
        outer.Dispose();
        using var free = New();
        Assert.Throws<ObjectDisposedException>(() => third.Own(free));
        Assert.False(free.IsDisposed);
    }

    [Fact]
    public void AScopeIsDisposedOnAnotherThread()
    {
        var scope = _device.BeginScope();
        var owned = New();
        var thread = new Thread(scope.Dispose);
        thread.Start();
        thread.Join();
        Assert.True(owned.IsDisposed);
        using var free = New();
        using (_device.BeginScope())
        {
            _ = New();
        }

        Assert.False(free.IsDisposed);
    }

    [Fact]
    public void ADisposedTensorLeavesItsScope()
    {
        var scope = _device.BeginScope();
        var view = New();
        var weak = Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(weak.IsAlive);
        scope.Dispose();
        Assert.True(view.IsDisposed);

        WeakReference Make()
        {
            var tensor = New();
            tensor.Dispose();
            return new WeakReference(tensor);
        }
    }
}
