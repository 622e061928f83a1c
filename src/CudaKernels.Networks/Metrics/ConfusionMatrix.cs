namespace CudaKernels.Networks;

/// <summary>How often a classifier took each class for each: the counts from which accuracy, precision, recall and F₁ follow.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;

    /// <param name="classes">How many classes there are.</param>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _counts = new long[classes, classes];
    }

    /// <summary>How many classes there are.</summary>
    public int Classes => _counts.GetLength(0);

    /// <summary>How many answers were added.</summary>
    public long Total { get; private set; }

    /// <summary>How many elements of a class were taken for another, or for itself.</summary>
    /// <param name="label">The class that they are of.</param>
    /// <param name="answer">The class that they were taken for.</param>
    public long this[int label, int answer] => _counts[label, answer];

    /// <summary>The share of right answers; NaN before the first.</summary>
    public double Accuracy => Ratio(Enumerable.Range(0, Classes).Sum(c => _counts[c, c]), Total);

    /// <summary>The mean of the F₁ scores of the classes that occur among labels or answers: all count alike, rare ones too. NaN before the first answer.</summary>
    public double MacroF1 => Enumerable.Range(0, Classes).Select(F1).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Adds answers.</summary>
    /// <param name="labels">The class of each element.</param>
    /// <param name="answers">The class that each was taken for.</param>
    /// <exception cref="ArgumentException">There are not as many answers as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class; nothing was added.</exception>
    public void Add(ReadOnlySpan<long> labels, ReadOnlySpan<long> answers)
    {
        if (labels.Length != answers.Length)
        {
            throw new ArgumentException($"{labels.Length} labels and {answers.Length} answers", nameof(answers));
        }

        Require(labels, nameof(labels));
        Require(answers, nameof(answers));
        for (var i = 0; i < labels.Length; i++)
        {
            _counts[labels[i], answers[i]]++;
        }

        Total += labels.Length;
    }

    /// <summary>Of what was taken for a class, the share that is of it; NaN where nothing was.</summary>
    public double Precision(int label) => Ratio(_counts[label, label], Enumerable.Range(0, Classes).Sum(other => _counts[other, label]));

    /// <summary>Of what is of a class, the share that was taken for it; NaN where nothing is.</summary>
    public double Recall(int label) => Ratio(_counts[label, label], Enumerable.Range(0, Classes).Sum(other => _counts[label, other]));

    /// <summary>2·right / (labels + answers) of a class: the harmonic mean of precision and recall, 0 where all are wrong; NaN where the class does not occur.</summary>
    public double F1(int label) => Ratio(2 * _counts[label, label], Enumerable.Range(0, Classes).Sum(other => _counts[other, label] + _counts[label, other]));

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;

    private void Require(ReadOnlySpan<long> classes, string parameter)
    {
        foreach (var one in classes)
        {
            if (one < 0 || one >= Classes)
            {
                throw new ArgumentOutOfRangeException(parameter, one, $"there are only the classes 0 to {Classes - 1}");
            }
        }
    }
}
