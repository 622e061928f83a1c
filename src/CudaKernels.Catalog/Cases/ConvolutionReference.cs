namespace CudaKernels.Catalog.Cases;

/// <summary>The convolution and its gradients in float64, from the definition: every product visited once.</summary>
internal sealed class ConvolutionReference
{
    private readonly int _images, _height, _width, _filterHeight, _filterWidth, _outHeight, _outWidth, _groupChannels;

    public ConvolutionReference(nint[] lengths, Conv2dOptions options)
    {
        Options = options;
        (_images, Channels, _height, _width) = ((int)lengths[0], (int)lengths[1], (int)lengths[2], (int)lengths[3]);
        (Filters, _filterHeight, _filterWidth) = ((int)lengths[4], (int)lengths[5], (int)lengths[6]);
        _groupChannels = Channels / options.Groups;
        _outHeight = ((_height + (2 * options.Padding.Y) - (options.Dilation.Y * (_filterHeight - 1)) - 1) / options.Stride.Y) + 1;
        _outWidth = ((_width + (2 * options.Padding.X) - (options.Dilation.X * (_filterWidth - 1)) - 1) / options.Stride.X) + 1;
    }

    public Conv2dOptions Options { get; }

    public int Channels { get; }

    public int Filters { get; }

    public nint[] InLengths => Order(_images, Channels, _height, _width);

    public nint[] OutLengths => Order(_images, Filters, _outHeight, _outWidth);

    public nint[] FilterLengths => Order(Filters, _groupChannels, _filterHeight, _filterWidth);

    public double Flops => 2.0 * _images * Filters * _outHeight * _outWidth * _groupChannels * _filterHeight * _filterWidth;

    public (double[] Values, double[] Scale) Forward(double[] x, double[] w, Func<int, double> bias)
    {
        var sum = new Sums(Count(OutLengths));
        for (var image = 0; image < _images; image++)
        {
            for (var filter = 0; filter < Filters; filter++)
            {
                for (var place = 0; place < _outHeight * _outWidth; place++)
                {
                    sum.Add(At(image, filter, place / _outWidth, place % _outWidth, Filters, _outHeight, _outWidth), bias(filter));
                }
            }
        }

        Visit((input, weight, output) => sum.Add(output, x[input] * w[weight]));
        return sum.Result;
    }

    public (double[] Values, double[] Scale) Backward(double[] dy, double[] w, Func<int, double> bias)
    {
        var sum = new Sums(Count(InLengths));
        for (var image = 0; image < _images; image++)
        {
            for (var channel = 0; channel < Channels; channel++)
            {
                for (var place = 0; place < _height * _width; place++)
                {
                    sum.Add(At(image, channel, place / _width, place % _width, Channels, _height, _width), bias(channel));
                }
            }
        }

        Visit((input, weight, output) => sum.Add(input, dy[output] * w[weight]));
        return sum.Result;
    }

    public (double[] Values, double[] Scale) WeightGradient(double[] x, double[] dy)
    {
        var sum = new Sums(Count(FilterLengths));
        Visit((input, weight, output) => sum.Add(weight, x[input] * dy[output]));
        return sum.Result;
    }

    /// <summary>Gives the places of image, weight and result of every product.</summary>
    private void Visit(Action<int, int, int> product)
    {
        var groupFilters = Filters / Options.Groups;
        for (var image = 0; image < _images; image++)
        {
            for (var filter = 0; filter < Filters; filter++)
            {
                for (var p = 0; p < _outHeight; p++)
                {
                    for (var q = 0; q < _outWidth; q++)
                    {
                        for (var c = 0; c < _groupChannels; c++)
                        {
                            for (var r = 0; r < _filterHeight; r++)
                            {
                                for (var s = 0; s < _filterWidth; s++)
                                {
                                    var row = (p * Options.Stride.Y) - Options.Padding.Y + (r * Options.Dilation.Y);
                                    var column = (q * Options.Stride.X) - Options.Padding.X + (s * Options.Dilation.X);
                                    if (row >= 0 && row < _height && column >= 0 && column < _width)
                                    {
                                        product(
                                            At(image, (filter / groupFilters * _groupChannels) + c, row, column, Channels, _height, _width),
                                            At(filter, c, r, s, _groupChannels, _filterHeight, _filterWidth),
                                            At(image, filter, p, q, Filters, _outHeight, _outWidth));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private int At(int first, int channel, int row, int column, int channels, int height, int width) => Options.Layout == ImageLayout.ChannelsLast
        ? (((((first * height) + row) * width) + column) * channels) + channel
        : (((((first * channels) + channel) * height) + row) * width) + column;

    private nint[] Order(nint first, nint channels, nint height, nint width) => Options.Layout == ImageLayout.ChannelsLast ? [first, height, width, channels] : [first, channels, height, width];

    private static int Count(nint[] lengths) => (int)lengths.Aggregate((nint)1, (product, length) => product * length);

    /// <summary>Sums, and the sums of the magnitudes.</summary>
    private sealed class Sums(int count)
    {
        public (double[] Values, double[] Scale) Result { get; } = (new double[count], new double[count]);

        public void Add(int at, double term)
        {
            Result.Values[at] += term;
            Result.Scale[at] += Math.Abs(term);
        }
    }
}
