namespace CudaKernels.Catalog.Cases;

/// <summary>The convolution and its gradients in float64, from the definition, element by element.</summary>
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

    /// <summary>The element of the result at a place, and the sum of the magnitudes that its rounding errors grow from.</summary>
    public (double Value, double Scale) Forward(nint at, double[] x, double[] w, Func<int, double> bias)
    {
        var (image, filter, p, q) = Place(at, Filters, _outHeight, _outWidth);
        var sum = new Sum(bias(filter));
        for (var c = 0; c < _groupChannels; c++)
        {
            for (var r = 0; r < _filterHeight; r++)
            {
                for (var s = 0; s < _filterWidth; s++)
                {
                    var (row, column) = Pixel(p, q, r, s);
                    if (row >= 0 && row < _height && column >= 0 && column < _width)
                    {
                        sum.Add(x[InAt(image, FirstChannel(filter) + c, row, column)] * w[WeightAt(filter, c, r, s)]);
                    }
                }
            }
        }

        return sum.Result;
    }

    /// <summary>The element of the gradient to the images at a place.</summary>
    public (double Value, double Scale) Backward(nint at, double[] dy, double[] w, Func<int, double> bias)
    {
        var (image, channel, row, column) = Place(at, Channels, _height, _width);
        var sum = new Sum(bias(channel));
        var group = channel / _groupChannels;
        for (var filter = group * GroupFilters; filter < (group + 1) * GroupFilters; filter++)
        {
            for (var r = 0; r < _filterHeight; r++)
            {
                for (var s = 0; s < _filterWidth; s++)
                {
                    // The results that this tap has brought the pixel to.
                    var (y, x) = (row + Options.Padding.Y - (r * Options.Dilation.Y), column + Options.Padding.X - (s * Options.Dilation.X));
                    var (p, q) = (y / Options.Stride.Y, x / Options.Stride.X);
                    if (y >= 0 && x >= 0 && y % Options.Stride.Y == 0 && x % Options.Stride.X == 0 && p < _outHeight && q < _outWidth)
                    {
                        sum.Add(dy[OutAt(image, filter, p, q)] * w[WeightAt(filter, channel % _groupChannels, r, s)]);
                    }
                }
            }
        }

        return sum.Result;
    }

    /// <summary>The element of the gradient to the filters at a place.</summary>
    public (double Value, double Scale) WeightGradient(nint at, double[] x, double[] dy)
    {
        var (filter, c, r, s) = Place(at, _groupChannels, _filterHeight, _filterWidth);
        var sum = new Sum(0);
        for (var image = 0; image < _images; image++)
        {
            for (var p = 0; p < _outHeight; p++)
            {
                for (var q = 0; q < _outWidth; q++)
                {
                    var (row, column) = Pixel(p, q, r, s);
                    if (row >= 0 && row < _height && column >= 0 && column < _width)
                    {
                        sum.Add(x[InAt(image, FirstChannel(filter) + c, row, column)] * dy[OutAt(image, filter, p, q)]);
                    }
                }
            }
        }

        return sum.Result;
    }

    /// <summary>The filter that makes the element of the result at a place.</summary>
    public int FilterOf(nint at) => Place(at, Filters, _outHeight, _outWidth).Channel;

    private int GroupFilters => Filters / Options.Groups;

    private int FirstChannel(int filter) => filter / GroupFilters * _groupChannels;

    private (int Row, int Column) Pixel(int p, int q, int r, int s) =>
        ((p * Options.Stride.Y) - Options.Padding.Y + (r * Options.Dilation.Y), (q * Options.Stride.X) - Options.Padding.X + (s * Options.Dilation.X));

    private int InAt(int image, int channel, int row, int column) => At(image, channel, row, column, Channels, _height, _width);

    private int OutAt(int image, int filter, int p, int q) => At(image, filter, p, q, Filters, _outHeight, _outWidth);

    private int WeightAt(int filter, int c, int r, int s) => At(filter, c, r, s, _groupChannels, _filterHeight, _filterWidth);

    private int At(int first, int channel, int row, int column, int channels, int height, int width) => Options.Layout == ImageLayout.ChannelsLast
        ? (((((first * height) + row) * width) + column) * channels) + channel
        : (((((first * channels) + channel) * height) + row) * width) + column;

    private (int First, int Channel, int Row, int Column) Place(nint place, int channels, int height, int width)
    {
        var at = (int)place;
        return Options.Layout == ImageLayout.ChannelsLast
            ? (at / channels / width / height, at % channels, at / channels / width % height, at / channels % width)
            : (at / width / height / channels, at / width / height % channels, at / width % height, at % width);
    }

    private nint[] Order(nint first, nint channels, nint height, nint width) => Options.Layout == ImageLayout.ChannelsLast ? [first, height, width, channels] : [first, channels, height, width];

    /// <summary>A sum, and the sum of the magnitudes.</summary>
    private struct Sum(double first)
    {
        public (double Value, double Scale) Result { get; private set; } = (first, Math.Abs(first));

        public void Add(double term) => Result = (Result.Value + term, Result.Scale + Math.Abs(term));
    }
}
