using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using CudaKernels.Interop.Generator;

namespace CudaKernels.Tests;

public sealed class StructLayoutTests
{
    public static TheoryData<string> Structs => [.. RawLayerTables.All.SelectMany(l => l.Structs).Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Structs))]
    public void Size_and_offsets_are_those_of_the_table(string name)
    {
        StructRow row = RawLayerTables.All.SelectMany(l => l.Structs).Single(s => s.Name == name);
        Type type = RawLayerTables.TypeNamed(name);
        Assert.Equal(row.Size, SizeOf(type));
        FieldInfo[] fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
        Assert.Equal(row.Fields.Count, fields.Length);
        foreach ((string _, string fieldName, int offset, int size) in row.Fields)
        {
            FieldInfo field = fields.Single(f => f.Name == fieldName);
            Assert.True(offset == OffsetOf(field), $"{name}.{fieldName} is at {OffsetOf(field)}, the table says {offset}");
            Assert.True(size == SizeOf(field.FieldType), $"{name}.{fieldName} has {SizeOf(field.FieldType)} bytes, the table says {size}");
        }
    }

    [Fact]
    public void Handles_are_as_large_as_the_value_inside()
    {
        foreach ((string name, string value) in RawLayerTables.All.SelectMany(l => l.Handles))
            Assert.Equal(value is "int" or "uint" ? 4 : 8, SizeOf(RawLayerTables.TypeNamed(name)));
    }

    [Fact]
    public unsafe void Members_of_a_union_share_their_bytes()
    {
        Interop.CUlaunchAttributeValue value = default;
        value.clusterDim.x = 0x01020304;
        Assert.Equal(0x01020304, value.cooperative);
        Assert.Equal(4, value.pad[0]);
    }

    private static int SizeOf(Type type) =>
        type.IsPointer || type.IsFunctionPointer ? nint.Size : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    // Address of the field less the address of the struct, as compiled code computes it.
    private static int OffsetOf(FieldInfo field)
    {
        var method = new DynamicMethod("Offset", typeof(int), [], typeof(StructLayoutTests).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.DeclareLocal(field.DeclaringType!);
        code.Emit(OpCodes.Ldloca_S, (byte)0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Ldloca_S, (byte)0);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Conv_I4);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }
}
