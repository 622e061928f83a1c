namespace CudaKernels;

/// <summary>What holds the clocks of a GPU down: NVML's reasons, bit by bit (nvml.h, nvmlClocksEventReasons).</summary>
[Flags]
public enum ThrottleReasons : ulong
{
    /// <summary>Nothing: the clocks are as high as they go.</summary>
    None = 0,

    /// <summary>Nothing runs.</summary>
    Idle = 0x1,

    /// <summary>Somebody has set the clocks of applications.</summary>
    ApplicationClocks = 0x2,

    /// <summary>The power limit.</summary>
    PowerCap = 0x4,

    /// <summary>The hardware has cut the clocks by half or more: too hot, or too little power from outside.</summary>
    HardwareSlowdown = 0x8,

    /// <summary>Several GPUs keep one clock.</summary>
    SyncBoost = 0x10,

    /// <summary>The driver keeps the temperature down.</summary>
    ThermalSlowdown = 0x20,

    /// <summary>The hardware keeps the temperature down.</summary>
    HardwareThermalSlowdown = 0x40,

    /// <summary>The power supply has asked for less.</summary>
    PowerBrake = 0x80,

    /// <summary>The clocks of a display.</summary>
    DisplayClocks = 0x100,
}
