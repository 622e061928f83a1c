namespace CudaKernels.Tests;

/// <summary>Names as g++ 12 mangles them.</summary>
public sealed class KernelSignatureTests
{
    [Theory]
    [InlineData("_Z5saxpyIfEvPT_PKS0_S0_x", "(float*, const float*, float, long long)")]
    [InlineData("_Z5saxpyI3f16EvPT_PKS1_S1_x", "(f16*, const f16*, f16, long long)")]
    [InlineData("_Z5saxpyIKfEvPT_PKS1_S1_x", "(const float*, const float*, const float, long long)")]
    [InlineData("_Z5sgemmI3f16Lin1ELi2147483647ELb0EEvPT_PKS1_S4_ijyb", "(f16*, const f16*, const f16*, int, unsigned int, unsigned long long, bool)")]
    [InlineData("_Z6halvesP6__halfPKS_S_3f16PK4bf16", "(__half*, const __half*, __half, f16, const bf16*)")]
    [InlineData("_Z4castIN4math6ParamsES1_EvPT0_PKT_S4_S2_", "(math::Params*, const math::Params*, math::Params, math::Params)")]
    [InlineData("_Z4castI3f16hEvPT0_PKT_S3_S1_", "(unsigned char*, const f16*, f16, unsigned char)")]
    [InlineData("_Z6layoutIfEv6LayoutIT_ES0_IKS1_E4TileIS1_Li4EENS5_IS1_Li2EE5InnerE", "(Layout<float>, Layout<const float>, Tile<float, 4>, Tile<float, 2>::Inner)")]
    [InlineData("_Z6nestedI4TileI6LayoutIS0_I3f16Li2EEELi3EEEvT_", "(Tile<Layout<Tile<f16, 2>>, 3>)")]
    [InlineData("_Z6tagged4TileIS_I6LayoutIfELi3EELi2EEPKS3_PS1_", "(Tile<Tile<Layout<float>, 3>, 2>, const Tile<Tile<Layout<float>, 3>, 2>*, Layout<float>*)")]
    [InlineData("_Z3ttpI6LayoutfEvT_IT0_EPKS3_", "(Layout<float>, const Layout<float>*)")]
    [InlineData("_Z3arrILi8EEvRAT__fPA4_Kf", "(float[8]&, const float[4]*)")]
    [InlineData("_Z4arr2ILi8EEvPAplmlT_Li2ELi1E_i", "(int[((8 * 2) + 1)]*)")]
    [InlineData("_Z4packIJEEviDpPT_", "(int)")]
    [InlineData("_Z4packIJfK3f16iEEviDpPT_", "(int, float*, const f16*, int*)")]
    [InlineData("_Z5packvIJfPi4TileIfLi2EEEEvDpT_", "(float, int*, Tile<float, 2>)")]
    [InlineData("_Z5packtIJf3f16EEv5TupleIJDpT_EEPS1_IJDpPS2_EE", "(Tuple<float, f16>, Tuple<float*, f16*>*)")]
    [InlineData("_Z6nestedI5TupleIJiS0_IJPfEEEEEvT_", "(Tuple<int, Tuple<float*>>)")]
    [InlineData("_Z4ptrsPPfPKS_PKPKfPKvPvPViPVKiPFvifE", "(float**, float* const*, const float* const*, const void*, void*, volatile int*, const volatile int*, void (*)(int, float))")]
    [InlineData("_Z2fnIXadL_ZL2glEEEvPi", "(int*)")]
    [InlineData("_Z2fnIXadL_Z3usevEEEvPi", "(int*)")]
    [InlineData("_Z2fnILxn5EEvPi", "(int*)")]
    [InlineData("_Z7functorIZ3usevEUlfE_EvT_Pfi", "(use()::{lambda}, float*, int)")]
    [InlineData("_Z6nestedIZ3usevE5LocalEvT_", "(use()::Local)")]
    [InlineData("_ZN4math12_GLOBAL__N_17hiddenkIfEEvPT_NS0_6HiddenE", "(float*, math::(anonymous namespace)::Hidden)")]
    [InlineData("_ZN4math4modeIfLNS_1EE1EEEvPT_", "(float*)")]
    [InlineData("_ZN4math5plainEPKfPNS_6ParamsE", "(const float*, math::Params*)")]
    [InlineData("_ZN4math5scaleI3f16EEvPT_PKS2_NS_6ParamsEx", "(f16*, const f16*, math::Params, long long)")]
    [InlineData("_ZL8internalPf", "(float*)")]
    [InlineData("_Z4nonev", "()")]
    public void Parameters_are_read_from_mangled_names(string name, string expected)
    {
        Assert.Equal(expected, KernelSignature.FromLoweredName(name)?.ToString());
    }

    [Fact]
    public void Integers_carry_their_sizes()
    {
        var signature = KernelSignature.FromLoweredName("_Z4intsahcstijxyb")!;
        Assert.Equal(
            [(ParameterKind.SignedInteger, 1), (ParameterKind.UnsignedInteger, 1), (ParameterKind.SignedInteger, 1), (ParameterKind.SignedInteger, 2), (ParameterKind.UnsignedInteger, 2),
                (ParameterKind.SignedInteger, 4), (ParameterKind.UnsignedInteger, 4), (ParameterKind.SignedInteger, 8), (ParameterKind.UnsignedInteger, 8), (ParameterKind.UnsignedInteger, 1)],
            signature.Parameters.Select(parameter => (parameter.Kind, parameter.Size)));
    }

    [Fact]
    public void Long_has_the_host_s_size()
    {
        var size = OperatingSystem.IsWindows() ? 4 : 8;
        Assert.Equal([(ParameterKind.SignedInteger, size), (ParameterKind.UnsignedInteger, size)], KernelSignature.FromLoweredName("_Z1klm")!.Parameters.Select(parameter => (parameter.Kind, parameter.Size)));
    }

    [Fact]
    public void Kinds_tell_pointers_floats_and_structs_apart()
    {
        var signature = KernelSignature.FromLoweredName("_Z1kPfPKfPKPffd3f16DF16_RKf")!;
        Assert.Equal(
            [ParameterKind.Pointer, ParameterKind.ConstPointer, ParameterKind.ConstPointer, ParameterKind.Float, ParameterKind.Double, ParameterKind.Structure, ParameterKind.Structure, ParameterKind.Pointer],
            signature.Parameters.Select(parameter => parameter.Kind));
        Assert.Equal(["float", "float", "float*", null, null, null, null, "const float"], signature.Parameters.Select(parameter => parameter.PointeeName));
        Assert.Equal([8, 8, 8, 4, 8, 0, 2, 8], signature.Parameters.Select(parameter => parameter.Size));
    }

    [Theory]
    [InlineData("saxpy")]
    [InlineData("")]
    [InlineData("_Z")]
    [InlineData("_ZL2gl")]
    [InlineData("_Z5saxpy")]
    [InlineData("_Z5saxpyIfEvPT_PKS9_")]
    [InlineData("_Z5saxpyIfEvPT3_")]
    [InlineData("_Z99saxpyf")]
    [InlineData("_Z1kDTfp_E")]
    [InlineData("_Z1kfE")]
    [InlineData("_ZN1kE")]
    [InlineData("_Z1kIfEvDpT_")]
    [InlineData("_Z1kIKT_EvT_")]
    [InlineData("_Z1kI1AIT_EEvT_")]
    [InlineData("_Z1kIPT_EvT_")]
    public void What_is_not_understood_is_unknown(string name)
    {
        Assert.Null(KernelSignature.FromLoweredName(name));
    }

    [Fact]
    public void Clone_suffixes_are_passed_over()
    {
        Assert.Equal("(float*)", KernelSignature.FromLoweredName("_Z1kPf.part.0")?.ToString());
    }

    [Fact]
    public void Damaged_names_never_throw()
    {
        string[] names = ["_Z5packtIJf3f16EEv5TupleIJDpT_EEPS1_IJDpPS2_EE", "_Z4ptrsPPfPKS_PKPKfPKvPvPViPVKiPFvifE", "_Z7functorIZ3usevEUlfE_EvT_Pfi", "_Z4arr2ILi8EEvPAplmlT_Li2ELi1E_i"];
        const string Alphabet = "_Z0123456789ISTNEPKRFDJLXvfix";
        var random = new Random(20);
        var understood = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var name = names[i % names.Length].ToCharArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                name[random.Next(2, name.Length)] = Alphabet[random.Next(Alphabet.Length)];
            understood += KernelSignature.FromLoweredName(new string(name, 0, random.Next(3, name.Length + 1))) is null ? 0 : 1;
        }

        Assert.InRange(understood, 1, 19_999);
    }

    [Fact]
    public void Deep_nesting_is_given_up_not_overflowed()
    {
        Assert.Null(KernelSignature.FromLoweredName("_Z1k" + new string('P', 100_000) + "f"));
        Assert.Null(KernelSignature.FromLoweredName("_Z1k" + string.Concat(Enumerable.Repeat("1AI", 100_000))));
        Assert.Null(KernelSignature.FromLoweredName("_Z1kI" + new string('J', 100_000)));
        Assert.Null(KernelSignature.FromLoweredName("_Z1k" + string.Concat(Enumerable.Repeat("Z1a", 100_000))));
        Assert.Null(KernelSignature.FromLoweredName("_Z1kIX" + string.Concat(Enumerable.Repeat("ng", 100_000))));
        Assert.Null(KernelSignature.FromLoweredName("_Z1kILi" + string.Concat(Enumerable.Repeat("XngXng", 100_000))));
    }
}
