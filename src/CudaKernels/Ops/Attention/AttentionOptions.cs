namespace CudaKernels;

/// <summary>Which keys a query of <c>Attention</c>, <c>PackedAttention</c> or <c>PagedAttention</c> sees, and the factor of the scores. Immutable.</summary>
/// <remarks>
/// Query i stands at the position i + keys - queries: the last query at the last key, as when queries are decoded against a cache of keys.
/// FlashAttention (2.1 and later) aligns its masks so, and PyTorch's <c>causal_lower_right</c>; PyTorch's <c>is_causal</c> aligns the first
/// query to the first key, which is the same only where there are as many queries as keys.
/// </remarks>
public sealed record AttentionOptions
{
    /// <summary>Every query sees every key; the scale is 1 / √head_dim.</summary>
    public static AttentionOptions Default { get; } = new();

    /// <summary>No query sees a key behind it; the scale is 1 / √head_dim.</summary>
    internal static AttentionOptions Causal { get; } = new() { IsCausal = true };

    /// <summary>The factor of the products of queries and keys; null, the default, for 1 / √head_dim.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN, infinite or beyond the range of float, in which all types but double compute it.</exception>
    public double? Scale
    {
        get;
        init => field = value is null || float.IsFinite((float)value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Scale), value, "the scale of an attention is a finite number, or null for 1 / √head_dim");
    }

    /// <summary>Whether a query sees no key behind its own position: key j where j ≤ i + keys - queries. false by default.</summary>
    public bool IsCausal { get; init; }

    /// <summary>
    /// How far from its own position a query sees, in keys: key j where |j - (i + keys - queries)| ≤ window, FlashAttention's
    /// <c>window_size=(window, window)</c>, and <c>(window, 0)</c> of a causal attention. null, the default, for all keys.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? Window
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Window), value, "the window of an attention is 0 or more keys to either side, or null for all");
    }

    /// <summary>The implementation on a CUDA device.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no algorithm.</exception>
    public AttentionAlgorithm Algorithm
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Algorithm), value, "not an algorithm");
    }
}
