namespace CudaKernels.Catalog.Cases;

/// <summary>The poolings in float64, from their definitions: every pair of an output and an element under its window.</summary>
internal sealed class PoolingReference
{
    private readonly int _images, _channels, _height, _width, _outHeight, _outWidth;
    private readonly Pool2dOptions _options;
    private readonly bool _isAdaptive;

    public PoolingReference(nint[] lengths, Pool2dOptions options, bool isAdaptive)
    {
        (_images, _channels, _height, _width) = ((int)lengths[0], (int)lengths[1], (int)lengths[2], (int)lengths[3]);
        (_options, _isAdaptive) = (options, isAdaptive);
        (_outHeight, _outWidth) = isAdaptive
            ? options.Window
            : (((_height + (2 * options.Padding.Y) - options.Window.Y) / options.Stride.Y) + 1, ((_width + (2 * options.Padding.X) - options.Window.X) / options.Stride.X) + 1);
    }

    public nint[] OutLengths => _options.Layout == ImageLayout.ChannelsLast ? [_images, _outHeight, _outWidth, _channels] : [_images, _channels, _outHeight, _outWidth];

    public (double[] Values, double[] Places) Max(double[] x)
    {
        var values = new double[_images * _channels * _outHeight * _outWidth];
        var places = new double[values.Length];
        Array.Fill(values, double.NegativeInfinity);
        Array.Fill(places, -1);
        Visit((input, output, place, _) =>
        {
            if (places[output] < 0 || x[input] > values[output] || (double.IsNaN(x[input]) && !double.IsNaN(values[output])))
            {
                (values[output], places[output]) = (x[input], place);
            }
        });
        return (values, places);
    }

    public double[] MaxGradient(double[] x, double[] dy)
    {
        var places = Max(x).Places;
        var gradient = new double[x.Length];
        Visit((input, output, place, _) => gradient[input] += places[output] == place ? dy[output] : 0);
        return gradient;
    }

    public double[] Mean(double[] x)
    {
        var values = new double[_images * _channels * _outHeight * _outWidth];
        Visit((input, output, _, divisor) => values[output] += x[input] / divisor);
        return values;
    }

    public double[] MeanGradient(double[] dy)
    {
        var gradient = new double[_images * _channels * _height * _width];
        Visit((input, output, _, divisor) => gradient[input] += dy[output] / divisor);
        return gradient;
    }

    private void Visit(Action<int, int, int, int> pair)
    {
        for (var plane = 0; plane < _images * _channels; plane++)
        {
            for (var p = 0; p < _outHeight; p++)
            {
                var (top, bottom) = Extent(p, _options.Stride.Y, _options.Padding.Y, _options.Window.Y, _height, _outHeight);
                for (var q = 0; q < _outWidth; q++)
                {
                    var (left, right) = Extent(q, _options.Stride.X, _options.Padding.X, _options.Window.X, _width, _outWidth);
                    var divisor = _options.CountsPadding && !_isAdaptive ? _options.Window.Y * _options.Window.X : (bottom - top) * (right - left);
                    for (var row = top; row < bottom; row++)
                    {
                        for (var column = left; column < right; column++)
                        {
                            pair(At(plane, row, column, _height, _width), At(plane, p, q, _outHeight, _outWidth), (row * _width) + column, divisor);
                        }
                    }
                }
            }
        }
    }

    private (int Begin, int End) Extent(int index, int stride, int padding, int window, int length, int count) => _isAdaptive
        ? (index * length / count, (((index + 1) * length) + count - 1) / count)
        : (Math.Max((index * stride) - padding, 0), Math.Min((index * stride) - padding + window, length));

    private int At(int plane, int row, int column, int height, int width) => _options.Layout == ImageLayout.ChannelsLast
        ? (((((plane / _channels * height) + row) * width) + column) * _channels) + (plane % _channels)
        : (((plane * height) + row) * width) + column;
}
