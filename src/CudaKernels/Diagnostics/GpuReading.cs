namespace CudaKernels;

/// <summary>What a GPU does at one moment; null where it does not tell.</summary>
/// <param name="SmClock">The clock of the multiprocessors in MHz.</param>
/// <param name="MemoryClock">The clock of the memory in MHz.</param>
/// <param name="Watts">The power that the board draws: the mean of the last second on some GPUs, of less on others.</param>
/// <param name="Celsius">The temperature of the chip.</param>
/// <param name="ThrottleReasons">What holds the clocks down.</param>
public readonly record struct GpuReading(int? SmClock, int? MemoryClock, double? Watts, int? Celsius, ThrottleReasons? ThrottleReasons);
