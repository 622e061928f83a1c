using CudaKernels.Networks;

namespace CudaKernels.Tests.Schedules;

public sealed class ScheduleTests
{
    [Fact]
    public void TheRatesAreThoseOfTheFormulas()
    {
        Assert.Equal([0.5, 0.25, 0, 0], Rates(new CosineSchedule(0.5, 2), 0, 1, 2, 9));
        Assert.Equal([0.3, 0.3], Rates(new ConstantSchedule(0.3), 0, 100));
        Assert.Equal([8, 8, 8, 2, 2, 2, 0.5], Rates(new StepSchedule(8, 3, 0.25), 0, 1, 2, 3, 4, 5, 6));
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.4, 0.2], Rates(new WarmupSchedule(3, new StepSchedule(0.4, 2, 0.5)), 0, 1, 2, 3, 4, 5));
        Assert.Equal([0.4], Rates(new WarmupSchedule(0, new ConstantSchedule(0.4)), 0));
    }

    [Fact]
    public void WhatHasNoSenseIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, 0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmupSchedule(-1, new ConstantSchedule(1)));
        Assert.Throws<ArgumentNullException>(() => new WarmupSchedule(1, null!));
    }

    private static double[] Rates(ILearningRateSchedule schedule, params int[] steps) => [.. steps.Select(step => Math.Round(schedule.At(step), 12))];
}
