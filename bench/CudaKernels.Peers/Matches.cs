namespace CudaKernels.Peers;

/// <summary>What is compared.</summary>
internal static class Matches
{
    private static readonly long[] s_square = [4096, 4096];

    public static IReadOnlyList<Match> All { get; } =
    [
        new("softmax", "4096x4096", [s_square], s_square, new OnnxModel("Softmax", [s_square], s_square).With("axis", -1L), (x, y) => x[0].Softmax(y)),
        new("layer-norm", "4096x4096", [s_square, [4096], [4096]], s_square,
            new OnnxModel("LayerNormalization", [s_square, [4096], [4096]], s_square).With("axis", -1L).With("epsilon", 1e-5f), (x, y) => x[0].LayerNorm(x[1], x[2], y)),
        new("gelu", "4096x4096", [s_square], s_square, new OnnxModel("Gelu", [s_square], s_square), (x, y) => x[0].Gelu(GeluApproximation.None, y)),
        new("add", "4096x4096", [s_square, s_square], s_square, new OnnxModel("Add", [s_square, s_square], s_square), (x, y) => x[0].Add(x[1], y)),
        Convolution(64, 64, 28, 64),
        MatMul(512),
        MatMul(1024),
        MatMul(2048),
    ];

    private static Match Convolution(long images, long channels, long side, long filters)
    {
        long[] x = [images, channels, side, side], w = [filters, channels, 3, 3], y = [images, filters, side, side];
        var options = new Conv2dOptions { Padding = (1, 1) };
        var model = new OnnxModel("Conv", [x, w], y).With("kernel_shape", 3, 3).With("pads", 1, 1, 1, 1);
        return new Match("conv2d 3x3", $"{images}x{channels}x{side}x{side} to {filters}", [x, w], y, model, (inputs, output) => inputs[0].Conv2d(inputs[1], null, output, options));
    }

    private static Match MatMul(long size)
    {
        long[] square = [size, size];
        return new Match("matmul", $"{size}x{size}x{size}", [square, square], square, new OnnxModel("MatMul", [square, square], square), (x, y) => x[0].MatMul(x[1], y));
    }
}
