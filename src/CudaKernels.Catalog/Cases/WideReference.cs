namespace CudaKernels.Catalog.Cases;

/// <summary>References of many elements, on all threads: those of a bench have tens of millions, whose float64 functions would take seconds.</summary>
internal static class WideReference
{
    private const int Part = 64 * 1024;

    /// <summary>Below, a check of many small shapes would wait for threads more than they save.</summary>
    private const int LeastElements = 4 * Part;

    /// <summary>function(element, its place) of all elements. What the function reads must be made before.</summary>
    public static double[] Map<T>(T[] elements, Func<T, int, double> function)
    {
        var result = new double[elements.Length];
        ForParts(elements.Length, (start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                result[i] = function(elements[i], i);
            }
        });
        return result;
    }

    /// <summary>function(row, its number) of all rows, one after the other.</summary>
    /// <param name="values">The rows.</param>
    /// <param name="columns">Elements of a row; of no elements there are no rows.</param>
    /// <param name="function">Gives as many elements for each row.</param>
    public static double[] MapRows(double[] values, int columns, Func<double[], int, double[]> function)
    {
        var result = new double[values.Length];
        if (values.Length == 0)
        {
            return result;
        }

        ForRows(values.Length / columns, values.Length, row => function(values.AsSpan(row * columns, columns).ToArray(), row).CopyTo(result, row * columns));
        return result;
    }

    /// <summary>Runs a body on each of the rows that so many elements have.</summary>
    public static void ForRows(int rows, int elements, Action<int> body)
    {
        if (elements >= LeastElements)
        {
            Parallel.For(0, rows, body);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            body(row);
        }
    }

    /// <summary>Runs a body on parts [start, end) of so many elements.</summary>
    public static void ForParts(int count, Action<int, int> body)
    {
        if (count < LeastElements)
        {
            body(0, count);
            return;
        }

        Parallel.For(0, (count + Part - 1) / Part, part => body(part * Part, Math.Min((part + 1) * Part, count)));
    }
}
