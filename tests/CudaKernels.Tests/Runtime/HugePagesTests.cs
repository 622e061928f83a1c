using System.Globalization;

namespace CudaKernels.Tests;

/// <summary>Large tensors of the processor lie on pages of 2 MiB where Linux gives them.</summary>
public sealed class HugePagesTests
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

    [Theory]
    [InlineData((4 << 20) - 1_000, false)]
    [InlineData(4 << 20, true)]
    [InlineData((9 << 20) + 12, true)]
    public void LargeBlocksAreAligned(int bytes, bool isLarge)
    {
        var cache = new HostMemoryCache(capacity: 0);
        var address = cache.Rent((nuint)bytes);
        try
        {
            // A small block may begin there by chance.
            Assert.Equal((nuint)0, address % (isLarge ? HugePages.PageBytes : 64));
            if (isLarge && File.Exists(Setting))
            {
                Assert.Contains("hg", FlagsOf(address));
            }
        }
        finally
        {
            cache.Return(address, (nuint)bytes);
        }
    }

    // The line VmFlags of the mapping that an address lies in.
    private static string[] FlagsOf(nuint address)
    {
        var isWithin = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var range = line.Split(' ')[0].Split('-');
            if (range.Length == 2 && ulong.TryParse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var begin) && ulong.TryParse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end))
            {
                isWithin = address >= begin && address < end;
            }
            else if (isWithin && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        throw new InvalidOperationException($"no mapping holds {address:x}");
    }
}
