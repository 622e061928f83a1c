namespace CudaKernels.Cli.Pictures;

/// <summary>What one pass through the training data gave.</summary>
/// <param name="TrainLoss">The mean loss over the training data.</param>
/// <param name="TrainAccuracy">The share of right answers on the training data, 0 to 1; NaN where it was not measured: no curve is drawn then.</param>
/// <param name="ValidationLoss">The mean loss over data not trained on.</param>
/// <param name="ValidationAccuracy">The share of right answers on data not trained on, 0 to 1.</param>
internal readonly record struct EpochFigures(double TrainLoss, double TrainAccuracy, double ValidationLoss, double ValidationAccuracy);
