using System.Numerics;

namespace CudaKernels;

/// <summary>The settings of stochastic gradient descent, with momentum or without.</summary>
public sealed record SgdOptions
{
    /// <summary>The learning rate. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The share of the velocity that stays from step to step, in [0, 1); 0 needs no velocity. Default: 0.</summary>
    public double Momentum { get; init => field = RequireShare(value, nameof(Momentum)); }

    /// <summary>How much less than the whole gradient enters the velocity, in [0, 1). Default: 0.</summary>
    public double Dampening { get; init => field = RequireShare(value, nameof(Dampening)); }

    /// <summary>Whether the step looks ahead along the velocity (Nesterov); takes momentum and no dampening. Default: false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The weight decay, added to the gradient as λw. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <exception cref="ArgumentException">Nesterov's form is asked for without momentum, or with dampening.</exception>
    internal void RequireConsistent()
    {
        if (Nesterov && (Momentum == 0 || Dampening != 0))
        {
            throw new ArgumentException($"Nesterov's form takes a momentum above 0 and no dampening, got momentum {Momentum} and dampening {Dampening}");
        }
    }

    private static double RequireShare(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "the value lies in [0, 1)");
}

public static partial class TensorOperations
{
    private static readonly KernelFile s_sgdFile = new("optimizers/sgd.cu");
    private static readonly KernelTemplate s_sgd = s_sgdFile.Template("sgd<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_sgdMomentum = s_sgdFile.Template("sgd_momentum<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorSgd = s_sgdFile.Template("multi_tensor_sgd<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorSgdMomentum = s_sgdFile.Template("multi_tensor_sgd_momentum<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> parameter) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>One step of gradient descent in place: w -= lr·(g + λw). Half and BFloat16 compute in float.</summary>
        /// <param name="gradient">The gradient, of the parameter's shape.</param>
        /// <param name="options">The settings, without momentum.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a tensor is not dense, or the settings have momentum.</exception>
        public void SgdStep(DeviceTensor<T> gradient, SgdOptions options, double gradientScale = 1)
        {
            ArgumentNullException.ThrowIfNull(options);
            options.RequireConsistent();
            if (options.Momentum != 0)
            {
                throw new ArgumentException($"a momentum of {options.Momentum} needs a velocity: pass one to SgdStep", nameof(options));
            }

            RequireOptimizerOperands<T, float>(parameter, gradient, []);
            if (parameter.IsEmpty)
            {
                return;
            }

            if (parameter.Device is CudaDevice cuda)
            {
                parameter.Stream!.Launch(
                    cuda.GetKernel(s_sgd, Types<T>()),
                    StepLaunch<T>(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.WeightDecay));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block);
            if (typeof(T) == typeof(double))
            {
                ManagedOptimizer.Run<T, double, ManagedSgd<double>>(parameter, gradient, null, null, new ManagedSgd<double>(options, gradientScale));
            }
            else
            {
                ManagedOptimizer.Run<T, float, ManagedSgd<float>>(parameter, gradient, null, null, new ManagedSgd<float>(options, gradientScale));
            }
        }

        /// <summary>
        /// One step of gradient descent with momentum in place: v = μv + (1 - dampening)·g, w -= lr·v, where g is the gradient plus λw; Nesterov's
        /// form takes lr·(g + μv) instead. Half and BFloat16 parameters keep a float velocity.
        /// </summary>
        /// <typeparam name="TVelocity">float, or double for double parameters.</typeparam>
        /// <param name="gradient">The gradient, of the parameter's shape.</param>
        /// <param name="velocity">v, zeros before the first step.</param>
        /// <param name="options">The settings.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the velocity's type do not fit, a tensor is not dense, or the settings contradict each other.</exception>
        public void SgdStep<TVelocity>(DeviceTensor<T> gradient, DeviceTensor<TVelocity> velocity, SgdOptions options, double gradientScale = 1)
            where TVelocity : unmanaged, IFloatingPointIeee754<TVelocity>
        {
            ArgumentNullException.ThrowIfNull(options);
            options.RequireConsistent();
            RequireOptimizerOperands(parameter, gradient, velocity);
            RequireApart(gradient, velocity, nameof(velocity));
            if (parameter.IsEmpty)
            {
                return;
            }

            if (parameter.Device is CudaDevice cuda)
            {
                parameter.Stream!.Launch(
                    cuda.GetKernel(s_sgdMomentum, Types<T>()),
                    StepLaunch<TVelocity>(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    velocity.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.WeightDecay),
                    Attribute<T>(options.Momentum),
                    Attribute<T>(options.Dampening),
                    options.Nesterov);
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, velocity.Block);
            ManagedOptimizer.Run(parameter, gradient, velocity, null, new ManagedSgdMomentum<TVelocity>(options, gradientScale));
        }
    }

    extension<T, TState>(OptimizerTable<T, TState> table)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        /// <summary>
        /// One step of gradient descent on all parameters of a table, in one launch: the formula of the step on one parameter, with momentum where the
        /// settings have it; then <see cref="OptimizerTensors{T, TState}.First"/> is the velocity.
        /// </summary>
        /// <param name="options">The settings.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">The settings contradict each other, or have momentum where the parameters of the table have no state.</exception>
        public void SgdStep(SgdOptions options, double gradientScale = 1)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(options);
            options.RequireConsistent();
            if (options.Momentum == 0)
            {
                SgdStepOnTable(table, options, gradientScale);
            }
            else
            {
                table.RequireStates(1, "gradient descent", options.Momentum);
                SgdMomentumStepOnTable(table, options, gradientScale);
            }
        }
    }

    private static void SgdStepOnTable<T, TState>(OptimizerTable<T, TState> table, SgdOptions options, double gradientScale)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        if (table.Device is not CudaDevice cuda)
        {
            ManagedOptimizer.Run(table, new ManagedSgd<TState>(options, gradientScale));
        }
        else if (table.ChunkCount > 0)
        {
            table.Stream!.Launch(
                cuda.GetKernel(s_multiTensorSgd, Types<T>()),
                table.OneBlockAChunk,
                table.Argument,
                Attribute<T>(gradientScale),
                Attribute<T>(options.LearningRate),
                Attribute<T>(options.WeightDecay));
        }
    }

    private static void SgdMomentumStepOnTable<T, TState>(OptimizerTable<T, TState> table, SgdOptions options, double gradientScale)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        if (table.Device is not CudaDevice cuda)
        {
            ManagedOptimizer.Run(table, new ManagedSgdMomentum<TState>(options, gradientScale));
        }
        else if (table.ChunkCount > 0)
        {
            table.Stream!.Launch(
                cuda.GetKernel(s_multiTensorSgdMomentum, Types<T>()),
                table.OneBlockAChunk,
                table.Argument,
                Attribute<T>(gradientScale),
                Attribute<T>(options.LearningRate),
                Attribute<T>(options.WeightDecay),
                Attribute<T>(options.Momentum),
                Attribute<T>(options.Dampening),
                options.Nesterov);
        }
    }
}
