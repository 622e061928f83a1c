using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A random permutation of 0 to count - 1 as a keyed function of the index. The kernel reads the same struct (random/permutation.cu).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IndexPermutation
{
    public const int Rounds = 16;

    /// <summary>Index bits at least: with few bits the rounds mix little, and sending indices round costs least where they are few.</summary>
    private const int FewestBits = 8;

    private readonly ulong _count;
    private readonly uint _leftMask;
    private readonly uint _rightMask;
    private readonly int _rightBits;
    private readonly uint _unused;
    private fixed uint _keys[Rounds];

    /// <param name="count">How many indices, 1 or more.</param>
    /// <param name="position">Where the keys are taken from.</param>
    public IndexPermutation(nint count, in PhiloxState position)
    {
        var bits = Math.Max(64 - BitOperations.LeadingZeroCount((ulong)count - 1), FewestBits);
        _count = (ulong)count;
        _rightBits = (bits + 1) / 2;
        _leftMask = (uint)((1ul << (bits / 2)) - 1);
        _rightMask = (uint)((1ul << _rightBits) - 1);
        _unused = 0;
        fixed (uint* keys = _keys)
        {
            Philox.Fill(position, 0, new Span<uint>(keys, Rounds));
        }
    }

    /// <summary>The element at an index.</summary>
    public readonly long At(long index)
    {
        var place = (ulong)index;
        do
        {
            place = Network(place);
        }
        while (place >= _count);

        return (long)place;
    }

    private readonly ulong Network(ulong index)
    {
        var (left, right) = ((uint)(index >> _rightBits), (uint)index & _rightMask);
        for (var round = 0; round < Rounds; round += 2)
        {
            left ^= Hash(right ^ _keys[round]) & _leftMask;
            right ^= Hash(left ^ _keys[round + 1]) & _rightMask;
        }

        return (ulong)left << _rightBits | right;
    }

    /// <summary>The finalizer of MurmurHash3.</summary>
    private static uint Hash(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }
}
