using System.Reflection;
using CudaKernels.Interop.Generator;

namespace CudaKernels.Tests;

public sealed class EnumTests
{
    public static TheoryData<string> Libraries => [.. RawLayerTables.All.Select(l => l.Library.Tables)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_member_has_the_value_of_the_table(string library)
    {
        LibraryTables tables = RawLayerTables.All.Single(l => l.Library.Tables == library);
        Assert.NotEmpty(tables.Enums);
        foreach (EnumRow row in tables.Enums)
        {
            Type type = RawLayerTables.TypeNamed(row.Name);
            Assert.Equal(row.Members.Count, type.GetFields(BindingFlags.Public | BindingFlags.Static).Length);
            if (!row.IsConstants)
                Assert.Equal(row.IsUnsigned ? typeof(uint) : typeof(int), Enum.GetUnderlyingType(type));
            foreach ((string name, long value, int _) in row.Members)
            {
                object? actual = type.GetField(name)?.GetRawConstantValue();
                Assert.True(actual is not null && Convert.ToInt64(actual) == value, $"{row.Name}.{name} is {actual ?? "missing"}, the table says {value}");
            }
        }
    }

    [Fact]
    public void The_codes_that_programs_test_for_are_those_of_the_driver()
    {
        Assert.Equal(0, (int)Interop.CUresult.CUDA_SUCCESS);
        Assert.Equal(2, (int)Interop.CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        Assert.Equal(600, (int)Interop.CUresult.CUDA_ERROR_NOT_READY);
        Assert.Equal(700, (int)Interop.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        Assert.Equal(75, (int)Interop.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    }
}
