using CudaKernels.Networks;

namespace CudaKernels.Tests.Training;

public sealed class EpochOrderTests
{
    [Fact]
    public void VisitsEverythingOnceInAnOrderOfItsOwn()
    {
        var orders = new HashSet<string>();
        for (var seed = -2; seed < 3; seed++)
        {
            for (var epoch = 0; epoch < 20; epoch++)
            {
                var order = EpochOrder.Create(30, seed, epoch);
                Assert.Equal(order, EpochOrder.Create(30, seed, epoch));
                Assert.Equal(Enumerable.Range(0, 30), order.Order());
                Assert.True(orders.Add(string.Join(' ', order)), $"seed {seed}, epoch {epoch} has the order of another");
            }
        }

        Assert.Empty(EpochOrder.Create(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EpochOrder.Create(-1, 1, 1));
    }
}
