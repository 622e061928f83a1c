using System.Globalization;
using System.Text.Json.Serialization;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>What is published of Philox4x32 and of cuRAND's use of it.</summary>
internal sealed record PhiloxFacts(
    [property: JsonPropertyName("known_answers")] PhiloxAnswers KnownAnswers,
    CurandFacts Curand,
    [property: JsonPropertyName("published_gpu_output")] PublishedUniforms PublishedGpuOutput)
{
    private static readonly Lazy<PhiloxFacts> s_all = new(() => VectorFile.Read<PhiloxFacts>("philox.json"));

    public static PhiloxFacts All => s_all.Value;
}

internal sealed record PhiloxAnswers(PhiloxAnswer[] Vectors);

/// <summary>A counter, a key, and what so many rounds make of them; words as hexadecimal digits, least significant word first.</summary>
internal sealed record PhiloxAnswer(int Rounds, string[] Counter, string[] Key, string[] Output)
{
    public static uint[] Words(string[] digits) => Array.ConvertAll(digits, word => (uint)VectorFile.Hex(word));
}

internal sealed record CurandFacts(CurandSequence[] Sequences, [property: JsonPropertyName("uniform_samples")] UniformSample[] UniformSamples);

/// <summary>The first outputs of curand() after curand_init(seed, subsequence, offset), numbers in decimal.</summary>
internal sealed record CurandSequence(string Seed, string Subsequence, string Offset, [property: JsonPropertyName("first_8_curand")] string[] Outputs)
{
    public PhiloxState Position => new(Number(Seed), Number(Offset), Number(Subsequence));

    private static ulong Number(string digits) => ulong.Parse(digits, CultureInfo.InvariantCulture);
}

/// <summary>An output and the bits of the float that curand_uniform makes of it.</summary>
internal sealed record UniformSample(string U32, string F32);

/// <summary>torch.rand on a GPU after torch.manual_seed(0), to four decimals: element j is the first number of subsequence j; the second call begins at offset 4.</summary>
internal sealed record PublishedUniforms([property: JsonPropertyName("first_call")] string[] FirstCall, [property: JsonPropertyName("second_call")] string[] SecondCall);
