using System.Numerics;

namespace CudaKernels;

/// <summary>The settings of Adam and AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019).</summary>
public sealed record AdamOptions
{
    /// <summary>The learning rate. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decay of the mean of gradients, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init => field = RequireDecay(value, nameof(Beta1)); } = 0.9;

    /// <summary>The decay of the mean of squared gradients, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init => field = RequireDecay(value, nameof(Beta2)); } = 0.999;

    /// <summary>Added to the root of the second moment. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The weight decay. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the weight decay shrinks the weights directly (AdamW) instead of being added to the gradient (Adam). Default: true.</summary>
    public bool DecoupledWeightDecay { get; init; } = true;

    private static double RequireDecay(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "a decay lies in [0, 1)");
}

public static partial class TensorOperations
{
    private static readonly KernelFile s_adamFile = new("optimizers/adam.cu");
    private static readonly KernelTemplate s_adam = s_adamFile.Template("adam<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_multiTensorAdam = s_adamFile.Template("multi_tensor_adam<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> parameter) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// One step of Adam or AdamW in place: m = β₁m + (1-β₁)g, v = β₂v + (1-β₂)g², w -= lr·(m / (1-β₁ᵗ)) / (√(v / (1-β₂ᵗ)) + ε), where g is the
        /// gradient (plus λw for Adam) and AdamW first shrinks w by lr·λ·w. Half and BFloat16 parameters keep float moments.
        /// </summary>
        /// <typeparam name="TMoment">float, or double for double parameters.</typeparam>
        /// <param name="gradient">The gradient, of the parameter's shape.</param>
        /// <param name="firstMoment">m, zeros before the first step.</param>
        /// <param name="secondMoment">v, zeros before the first step.</param>
        /// <param name="step">t, the number of this step: 1, 2, …</param>
        /// <param name="options">The settings.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">Shapes, devices or the moments' type do not fit, or a tensor is not dense.</exception>
        public void AdamStep<TMoment>(DeviceTensor<T> gradient, DeviceTensor<TMoment> firstMoment, DeviceTensor<TMoment> secondMoment, long step, AdamOptions options, double gradientScale = 1)
            where TMoment : unmanaged, IFloatingPointIeee754<TMoment>
        {
            ArgumentNullException.ThrowIfNull(options);
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            RequireOptimizerOperands(parameter, gradient, firstMoment, secondMoment);
            if (parameter.IsEmpty)
            {
                return;
            }

            if (parameter.Device is CudaDevice cuda)
            {
                var settings = new AdamScalars(options, step);
                parameter.Stream!.Launch(
                    cuda.GetKernel(s_adam, Types<T>()),
                    StepLaunch<TMoment>(parameter.FlattenedLength),
                    parameter.Output,
                    gradient.Input,
                    firstMoment.Output,
                    secondMoment.Output,
                    (long)parameter.FlattenedLength,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Beta1),
                    Attribute<T>(options.Beta2),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay),
                    options.DecoupledWeightDecay,
                    Attribute<T>(settings.Correction1),
                    Attribute<T>(settings.Correction2));
                return;
            }

            using var hold = new BlockHold(parameter.Block, gradient.Block, firstMoment.Block, secondMoment.Block);
            ManagedOptimizer.Run(parameter, gradient, firstMoment, secondMoment, new ManagedAdam<TMoment>(options, step, gradientScale));
        }
    }

    extension<T, TMoment>(OptimizerTable<T, TMoment> table)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TMoment : unmanaged, IFloatingPointIeee754<TMoment>
    {
        /// <summary>
        /// One step of Adam or AdamW on all parameters of a table, in one launch: the formula of the step on one parameter, with
        /// <see cref="OptimizerTensors{T, TState}.First"/> as m and <see cref="OptimizerTensors{T, TState}.Second"/> as v. In a captured graph the
        /// number of the step and the settings stay those of the capture.
        /// </summary>
        /// <param name="step">t, the number of this step: 1, 2, …</param>
        /// <param name="options">The settings.</param>
        /// <param name="gradientScale">Multiplies the gradient before anything else: 1 / s where the loss was scaled by s.</param>
        /// <exception cref="ArgumentException">The parameters of the table have no two states.</exception>
        public void AdamStep(long step, AdamOptions options, double gradientScale = 1)
        {
            ArgumentNullException.ThrowIfNull(table);
            ArgumentNullException.ThrowIfNull(options);
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            table.RequireStates(2, "Adam");
            if (table.Device is not CudaDevice cuda)
            {
                ManagedOptimizer.Run(table, new ManagedAdam<TMoment>(options, step, gradientScale));
            }
            else if (table.ChunkCount > 0)
            {
                var settings = new AdamScalars(options, step);
                table.Stream!.Launch(
                    cuda.GetKernel(s_multiTensorAdam, Types<T>()),
                    table.OneBlockAChunk,
                    table.Argument,
                    Attribute<T>(gradientScale),
                    Attribute<T>(options.LearningRate),
                    Attribute<T>(options.Beta1),
                    Attribute<T>(options.Beta2),
                    Attribute<T>(options.Epsilon),
                    Attribute<T>(options.WeightDecay),
                    options.DecoupledWeightDecay,
                    Attribute<T>(settings.Correction1),
                    Attribute<T>(settings.Correction2));
            }
        }
    }

    /// <summary>For a step on one parameter (common/parameter_step.cuh), a thread to each pack of state, or of the parameter where there is none.</summary>
    private static LaunchConfig StepLaunch<TPack>(nint count) where TPack : unmanaged
    {
        var perThread = Elementwise.PackBytes / ElementType<TPack>.Size;
        return LaunchConfig.Cover((count + perThread - 1) / perThread);
    }

    /// <summary>Checks that an optimizer's tensors have one shape, one device, dense memory, and state in the type that the kernels compute in.</summary>
    internal static void RequireOptimizerOperands<T, TState>(DeviceTensor<T> parameter, DeviceTensor<T> gradient, params ReadOnlySpan<DeviceTensor<TState>> states)
        where T : unmanaged
        where TState : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameter);
        RequireShape(gradient, parameter.Layout, nameof(gradient));
        RequireApart(gradient, parameter, nameof(gradient));
        parameter.RequireDense();
        gradient.RequireDense();
        if (!states.IsEmpty && typeof(TState) != (typeof(T) == typeof(double) ? typeof(double) : typeof(float)))
        {
            throw new ArgumentException($"the optimizer state of {typeof(T).Name} parameters is {(typeof(T) == typeof(double) ? "double" : "float")}, got {typeof(TState).Name}");
        }

        foreach (var state in states)
        {
            RequireShape(state, parameter.Layout, nameof(states));
            RequireApart(state, parameter, nameof(states));
            state.RequireDense();
        }
    }
}

/// <summary>The bias corrections of one step.</summary>
internal readonly struct AdamScalars(AdamOptions options, long step)
{
    public double Correction1 { get; } = 1 - Math.Pow(options.Beta1, step);

    public double Correction2 { get; } = 1 - Math.Pow(options.Beta2, step);
}
