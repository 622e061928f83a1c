using System.Numerics;

namespace CudaKernels;

/// <summary>The settings of RMSprop (Tieleman and Hinton 2012, lecture 6.5 of Neural Networks for Machine Learning), with momentum or without.</summary>
public sealed record RmsPropOptions
{
    /// <summary>The learning rate. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The decay of the mean of squared gradients, in [0, 1). Default: 0.99.</summary>
    public double Decay { get; init => field = RequireShare(value, nameof(Decay)); } = 0.99;

    /// <summary>Added to the root of the mean of squares. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The weight decay, added to the gradient as λw. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The share of the velocity that stays from step to step, in [0, 1); 0 needs no velocity. Default: 0.</summary>
    public double Momentum { get; init => field = RequireShare(value, nameof(Momentum)); }

    private static double RequireShare(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "the value lies in [0, 1)");
}

public static partial class TensorOperations
{
    private static readonly KernelFile s_rmsPropFile = new("optimizers/rmsprop.cu");
    private static readonly KernelTemplate s_rmsProp = s_rmsPropFile.Template("rmsprop<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_rmsPropMomentum = s_rmsPropFile.Template("rmsprop_momentum<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> parameter) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// One step of RMSprop in place: v = αv + (1-α)g², w -= lr·g / (√v + ε), where g is the gradient plus λw. Half and BFloat16 parameters keep
        /// a float mean of squares.
        /// </summary>
        /// <typeparam name="TState">float, or double for double parameters.</typeparam>
        /// <param name="gradient">The gradient, of the parameter's shape.</param>
        /// <param name="meanSquare">v, zeros before the first step.</param>
        /// <param name="options">The settings, without momentum.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the state's type do not fit, a tensor is not dense, or the settings have momentum.</exception>
        public void RmsPropStep<TState>(DeviceTensor<T> gradient, DeviceTensor<TState> meanSquare, RmsPropOptions options)
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            ArgumentNullException.ThrowIfNull(options);
            if (options.Momentum != 0)
            {
                throw new ArgumentException($"a momentum of {options.Momentum} needs a velocity: pass one to RmsPropStep", nameof(options));
            }

            RequireOptimizerOperands(parameter, gradient, meanSquare);
            RequireApart(gradient, meanSquare, nameof(meanSquare));
            if (parameter.IsEmpty)
            {
                return;
            }

            if (parameter.Device is CudaDevice cuda)
            {
                parameter.Stream!.Launch(
                    cuda.GetKernel(s_rmsProp, Types<T>()),
                    LaunchConfig.Cover(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    meanSquare.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, meanSquare.Block);
            ManagedRmsProp.Run(parameter, gradient, meanSquare, null, options);
        }

        /// <summary>
        /// One step of RMSprop with momentum in place: v = αv + (1-α)g², u = μu + g / (√v + ε), w -= lr·u, where g is the gradient plus λw. Half and
        /// BFloat16 parameters keep a float mean of squares and velocity.
        /// </summary>
        /// <typeparam name="TState">float, or double for double parameters.</typeparam>
        /// <param name="gradient">The gradient, of the parameter's shape.</param>
        /// <param name="meanSquare">v, zeros before the first step.</param>
        /// <param name="velocity">u, zeros before the first step.</param>
        /// <param name="options">The settings.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the state's type do not fit, or a tensor is not dense.</exception>
        public void RmsPropStep<TState>(DeviceTensor<T> gradient, DeviceTensor<TState> meanSquare, DeviceTensor<TState> velocity, RmsPropOptions options)
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            ArgumentNullException.ThrowIfNull(options);
            RequireOptimizerOperands(parameter, gradient, meanSquare, velocity);
            RequireApart(gradient, meanSquare, nameof(meanSquare));
            RequireApart(gradient, velocity, nameof(velocity));
            RequireApart(meanSquare, velocity, nameof(velocity));
            if (parameter.IsEmpty)
            {
                return;
            }

            if (parameter.Device is CudaDevice cuda)
            {
                parameter.Stream!.Launch(
                    cuda.GetKernel(s_rmsPropMomentum, Types<T>()),
                    LaunchConfig.Cover(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    meanSquare.Output,
                    velocity.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay),
                    Attribute<T>(options.Momentum));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, meanSquare.Block, velocity.Block);
            ManagedRmsProp.Run(parameter, gradient, meanSquare, velocity, options);
        }
    }
}
