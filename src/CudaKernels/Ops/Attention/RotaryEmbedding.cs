using System.Numerics;
using CudaKernels.Interop;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_rotaryFile = new("attention/rotary_embedding.cu");
    private static readonly KernelTemplate s_rotary = s_rotaryFile.Template("rotary_embedding<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_rotaryHalves = s_rotaryFile.Template("rotary_embedding_packs<{0}, false>", ElementTypes.Floating);
    private static readonly KernelTemplate s_rotaryInterleaved = s_rotaryFile.Template("rotary_embedding_packs<{0}, true>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Turns pairs of columns of queries or keys by angles that grow with their token's position (rotary position embedding, Su et al. 2021), so that
        /// products of turned queries and keys depend on the difference of their positions alone: y[a] = x[a]·cos - x[b]·sin and
        /// y[b] = x[b]·cos + x[a]·sin, where pair i is the columns a = i and b = i + pairs, as in GPT-NeoX and Llama, or, interleaved, a = 2i and
        /// b = 2i + 1, as in GPT-J. Columns behind the last pair are copied.
        /// </summary>
        /// <remarks>
        /// Tensors are read and written as they lie, whatever their strides: slices of one tensor [batch, tokens, 3, heads, width] with their dimensions
        /// permuted need no copy. Half and BFloat16 compute in float and round once. <see cref="RotaryTables"/> makes the tables, once for all layers.
        /// Packed sequences that do not follow each other in position have <paramref name="positions"/>, which begin anew with each.
        /// </remarks>
        /// <typeparam name="TAngle">double for double tensors, else float.</typeparam>
        /// <param name="cosines">[positions, pairs]: the first 2·pairs columns of each head are turned, at most all.</param>
        /// <param name="sines">Of the same shape.</param>
        /// <param name="destination">y, of the shape of x: [batch, heads, tokens, width], or [tokens, heads, width] as in <c>PackedAttention</c>. May be x itself, and overlaps nothing else.</param>
        /// <param name="positions">
        /// The position of each token, of a shape that broadcasts to [batch, tokens]; null for 0, 1, 2…. One that the tables do not have, with the offset, is
        /// refused on the managed device; on a GPU it makes what it would turn NaN.
        /// </param>
        /// <param name="offset">Added to every position, at least 0: how many tokens a cache of keys has already.</param>
        /// <param name="isInterleaved">Whether neighbours are pairs, instead of columns half of the turned ones apart.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, the tables have too few positions, or the destination overlaps an input without being x.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or (on the managed device) a position is outside the tables.</exception>
        public void RotaryEmbedding<TAngle>(
            DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> destination, DeviceTensor<long>? positions = null, long offset = 0, bool isInterleaved = false)
            where TAngle : unmanaged, IFloatingPointIeee754<TAngle> =>
            RunRotaryEmbedding(x, cosines, sines, destination, positions, offset, isInterleaved, isInverse: false);

        /// <summary>A new tensor with the rotary embedding; see the form with a destination.</summary>
        /// <typeparam name="TAngle">double for double tensors, else float.</typeparam>
        /// <param name="cosines">[positions, pairs].</param>
        /// <param name="sines">Of the same shape.</param>
        /// <param name="positions">The position of each token; null for 0, 1, 2….</param>
        /// <param name="offset">Added to every position.</param>
        /// <param name="isInterleaved">Whether neighbours are pairs.</param>
        public DeviceTensor<T> RotaryEmbedding<TAngle>(DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<long>? positions = null, long offset = 0, bool isInterleaved = false)
            where TAngle : unmanaged, IFloatingPointIeee754<TAngle>
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.RotaryEmbedding(cosines, sines, result.Tensor, positions, offset, isInterleaved);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes the gradient of <c>RotaryEmbedding</c> to x: dy (this tensor) turned by the opposite angles, dx[a] = dy[a]·cos + dy[b]·sin and dx[b] = dy[b]·cos - dy[a]·sin.</summary>
        /// <typeparam name="TAngle">double for double tensors, else float.</typeparam>
        /// <param name="cosines">Those of <c>RotaryEmbedding</c>.</param>
        /// <param name="sines">Those of <c>RotaryEmbedding</c>.</param>
        /// <param name="destination">dx, of the shape of dy. May be dy itself, and overlaps nothing else.</param>
        /// <param name="positions">Those of <c>RotaryEmbedding</c>.</param>
        /// <param name="offset">That of <c>RotaryEmbedding</c>.</param>
        /// <param name="isInterleaved">As for <c>RotaryEmbedding</c>.</param>
        /// <exception cref="ArgumentException">As for <c>RotaryEmbedding</c>.</exception>
        /// <exception cref="ArgumentOutOfRangeException">As for <c>RotaryEmbedding</c>.</exception>
        public void RotaryEmbeddingGradient<TAngle>(
            DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> destination, DeviceTensor<long>? positions = null, long offset = 0, bool isInterleaved = false)
            where TAngle : unmanaged, IFloatingPointIeee754<TAngle> =>
            RunRotaryEmbedding(outputGradient, cosines, sines, destination, positions, offset, isInterleaved, isInverse: true);
    }

    private static void RunRotaryEmbedding<T, TAngle>(
        DeviceTensor<T> x, DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> destination, DeviceTensor<long>? positions, long offset, bool isInterleaved, bool isInverse)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TAngle : unmanaged, IFloatingPointIeee754<TAngle>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(cosines);
        ArgumentNullException.ThrowIfNull(sines);
        RequireShape(destination, x.Layout);
        Elementwise.RequireWritable(ElementwiseOperand.Of(destination));
        RequireSameElementsOrApart(x, destination);
        RequireApart(cosines, destination, nameof(destination));
        RequireApart(sines, destination, nameof(destination));
        if (positions is not null)
        {
            RequireApart(positions, destination, nameof(destination));
        }

        var shape = RotaryShape.Of(x, cosines, sines, destination, positions, offset, isInterleaved);
        if (x.IsEmpty)
        {
            return;
        }

        using var cosine = AsDense(cosines);
        using var sine = AsDense(sines);
        if (destination.Device is CudaDevice cuda)
        {
            LaunchRotaryEmbedding(cuda, shape, x, cosine.Tensor, sine.Tensor, destination, positions, isInverse);
            return;
        }

        using var hold = new BlockHold(x.Block, cosine.Tensor.Block, sine.Tensor.Block, positions?.Block);
        using var written = new BlockHold(destination.Block);
        ManagedRotaryEmbedding.Run(shape, x, cosine.Tensor, sine.Tensor, destination, positions, isInverse);
    }

    private static void LaunchRotaryEmbedding<T, TAngle>(
        CudaDevice cuda, RotaryShape shape, DeviceTensor<T> x, DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> destination, DeviceTensor<long>? positions, bool isInverse)
        where T : unmanaged
        where TAngle : unmanaged
    {
        const int packBytes = 16;
        var elements = packBytes / ElementType<T>.Size;
        var inPacks = shape.ArePacks(elements) && ((x.Input.Address | destination.Output.Address | cosines.Input.Address | sines.Input.Address) & (packBytes - 1)) == 0;
        var template = !inPacks ? s_rotary : shape.Interleaved != 0 ? s_rotaryInterleaved : s_rotaryHalves;
        var cut = inPacks ? shape.InPacks(elements) : shape.InPairs();
        destination.Stream!.Launch(
            cuda.GetKernel(template, Types<T>()),
            LaunchConfig.Cover(cut.Items),
            destination.Output,
            x.Input,
            cosines.Input,
            sines.Input,
            positions is null ? default(CUdeviceptr) : positions.Input,
            KernelArgument.Struct(&cut),
            Attribute<T>(isInverse ? -1 : 1));
    }
}
