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
    private static readonly KernelTemplate s_multiTensorRmsProp = s_rmsPropFile.Template("multi_tensor_rmsprop<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorRmsPropMomentum = s_rmsPropFile.Template("multi_tensor_rmsprop_momentum<{0}>", ElementTypes.Floating);

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
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the state's type do not fit, a tensor is not dense, or the settings have momentum.</exception>
        public void RmsPropStep<TState>(DeviceTensor<T> gradient, DeviceTensor<TState> meanSquare, RmsPropOptions options, double gradientScale = 1)
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
                    StepLaunch<TState>(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    meanSquare.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, meanSquare.Block);
            ManagedOptimizer.Run(parameter, gradient, meanSquare, null, new ManagedRmsProp<TState>(options, hasVelocity: false, gradientScale));
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
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the state's type do not fit, or a tensor is not dense.</exception>
        public void RmsPropStep<TState>(DeviceTensor<T> gradient, DeviceTensor<TState> meanSquare, DeviceTensor<TState> velocity, RmsPropOptions options, double gradientScale = 1)
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
                    StepLaunch<TState>(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    meanSquare.Output,
                    velocity.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay),
                    Attribute<T>(options.Momentum));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, meanSquare.Block, velocity.Block);
            ManagedOptimizer.Run(parameter, gradient, meanSquare, velocity, new ManagedRmsProp<TState>(options, hasVelocity: true, gradientScale));
        }
    }

    extension<T, TState>(OptimizerTable<T, TState> table)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        /// <summary>
        /// One step of RMSprop on all parameters of a table, in one launch: the formula of the step on one parameter, with momentum where the settings
        /// have it. <see cref="OptimizerTensors{T, TState}.First"/> is the mean of squares, <see cref="OptimizerTensors{T, TState}.Second"/> the velocity.
        /// </summary>
        /// <param name="options">The settings.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">The parameters of the table have no state, or no second one where the settings have momentum.</exception>
        public void RmsPropStep(RmsPropOptions options, double gradientScale = 1)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(options);
            var hasVelocity = options.Momentum != 0;
            table.RequireStates(hasVelocity ? 2 : 1, "RMSprop", options.Momentum);
            if (table.Device is not CudaDevice cuda)
            {
                ManagedOptimizer.Run(table, new ManagedRmsProp<TState>(options, hasVelocity, gradientScale));
            }
            else if (table.ChunkCount > 0 && hasVelocity)
            {
                table.Stream!.Launch(
                    cuda.GetKernel(s_multiTensorRmsPropMomentum, Types<T>()),
                    table.OneBlockAChunk,
                    table.Argument,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay),
                    Attribute<T>(options.Momentum));
            }
            else if (table.ChunkCount > 0)
            {
                table.Stream!.Launch(
                    cuda.GetKernel(s_multiTensorRmsProp, Types<T>()),
                    table.OneBlockAChunk,
                    table.Argument,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Decay),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay));
            }
        }
    }
}
