using System.Numerics;

namespace CudaKernels;

/// <summary>What is left to do where the rows of a product are reduced: joining the parts that its kernel leaves, or all of it where the kernel does not reduce.</summary>
internal static unsafe class RowReductionKernels
{
    private const int BlockSize = 256;

    // The structs of common/row_reduction.cuh, in the order of RowReduction.
    private static readonly string[] s_names = ["RowSum", "RowSumOfSquares", "RowMaximum"];
    private static readonly KernelFile s_file = new("linear_algebra/row_reduction.cu");
    private static readonly KernelTemplate[] s_join = [.. s_names.Select(name => s_file.Template($"join_rows<{{0}}, {name}>", [ElementKind.Float32, ElementKind.Float64]))];
    private static readonly KernelTemplate[] s_reduce = [.. s_names.Select(name => s_file.Template($"reduce_product_rows<{{0}}, {name}>", ElementTypes.Floating))];

    /// <summary>The struct of a reduction in CUDA C++.</summary>
    public static string Name(RowReduction? reduction) => reduction is { } some ? s_names[(int)some] : "NoRows";

    /// <summary>Joins the parts of rows.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="target">Where the results go.</param>
    /// <param name="first">The first row of them.</param>
    /// <param name="rows">How many.</param>
    /// <param name="parts">[count, rows].</param>
    /// <param name="count">The parts of a row.</param>
    public static void Join(CudaStream stream, in RowTarget target, long first, long rows, KernelArgument parts, long count) => stream.Launch(
        stream.Device.GetKernel(s_join[(int)target.Reduction], new KernelTypes(target.ElementSize == sizeof(double) ? ElementKind.Float64 : ElementKind.Float32)), LaunchConfig.Cover(rows, BlockSize), target.At(first), parts, rows, count);

    /// <summary>Reduces the rows of a product that is there.</summary>
    /// <param name="y">The product, […, m, n], not empty.</param>
    /// <param name="target">Where the results go.</param>
    public static void Reduce<T>(DeviceTensor<T> y, in RowTarget target) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (matrix, matrices) = (MatrixOperand.Of(y.Layout, transpose: false), BatchLoop.Create(y, y, y));
        for (long at = 0; at < matrices.Count;)
        {
            var batch = matrices.From(at);
            if (y.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(y.Block, target.Memory);
                var to = (void*)target.At(at * matrix.Rows).Address;
                ManagedParallel.For(batch.Count * matrix.Rows, cpu.Options.Threads, new Rows<T>(ManagedSpan.Pointer(y) + batch.AtC, to, matrix, batch.StepC, target.Reduction));
            }
            else
            {
                y.Stream!.Launch(
                    ((CudaDevice)y.Device).GetKernel(s_reduce[(int)target.Reduction], new KernelTypes(ElementType<T>.Kind)),
                    new LaunchConfig(new Dim3(checked((uint)(batch.Count * matrix.Rows))), new Dim3(BlockSize)),
                    target.At(at * matrix.Rows),
                    y.At(batch.AtC, writes: false),
                    (long)matrix.Rows,
                    (long)matrix.Columns,
                    (long)matrix.LeadingDimension,
                    batch.StepC);
            }

            at += batch.Count;
        }
    }

    // A row; summed in double, so that the result is rounded once.
    private readonly struct Rows<T>(T* from, void* to, MatrixOperand matrix, long step, RowReduction reduction) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Execute(long row)
        {
            var x = from + (row / matrix.Rows * step) + (row % matrix.Rows * matrix.LeadingDimension);
            var all = reduction == RowReduction.Maximum ? double.NegativeInfinity : 0;
            for (nint i = 0; i < matrix.Columns; i++)
            {
                var value = double.CreateTruncating(x[i]);
                all = reduction switch { RowReduction.Maximum => Math.Max(all, value), RowReduction.SumOfSquares => all + (value * value), _ => all + value };
            }

            if (typeof(T) == typeof(double))
            {
                ((double*)to)[row] = all;
            }
            else
            {
                ((float*)to)[row] = (float)all;
            }
        }
    }
}
