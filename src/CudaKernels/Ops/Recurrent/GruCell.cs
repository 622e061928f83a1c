using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_gruCellFile = new("recurrent/gru_cell.cu");
    private static readonly KernelTemplate s_gruCell = s_gruCellFile.Template("gru_cell<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_gruCellGradient = s_gruCellFile.Template("gru_cell_gradient<{0}>", ElementTypes.Floating);
    private const int GruGates = 3;

    extension<T>(DeviceTensor<T> inputGates) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the pointwise part of a gated recurrent unit (Cho et al. 2014; the reset gate acts on the product with the hidden state, as in
        /// cuDNN): r = σ(xᵣ + hᵣ), z = σ(x_z + h_z), n = tanh(xₙ + r·hₙ), h' = (1 - z)·n + z·h, where this tensor [rows, 3·width] holds xᵣ, x_z, xₙ
        /// one after the other in each row: x·Wₓ + bₓ.
        /// </summary>
        /// <param name="hiddenGates">hᵣ, h_z, hₙ likewise, [rows, 3·width]: h·Wₕ + bₕ.</param>
        /// <param name="hidden">h, [rows, width].</param>
        /// <param name="destination">h', [rows, width].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a tensor is not dense, or the destination overlaps another tensor.</exception>
        public void GruCell(DeviceTensor<T> hiddenGates, DeviceTensor<T> hidden, DeviceTensor<T> destination)
        {
            var shape = CellShape.Of(hidden, GruGates, nameof(hidden));
            shape.RequireGates(inputGates, nameof(inputGates));
            shape.RequireGates(hiddenGates, nameof(hiddenGates));
            shape.RequireState(destination, nameof(destination));
            CellShape.RequireApart([inputGates, hiddenGates, hidden], destination);
            if (shape.Count == 0)
            {
                return;
            }

            if (destination.Device is CudaDevice cuda)
            {
                destination.Stream!.Launch(cuda.GetKernel(s_gruCell, Types<T>()), LaunchConfig.Cover(shape.Count), destination.Output, inputGates.Input, hiddenGates.Input, hidden.Input, shape.Count, (long)shape.Width);
                return;
            }

            using var hold = new BlockHold(inputGates.Block, hiddenGates.Block, hidden.Block, destination.Block);
            CellLoop.Run<T, GruBody>((CpuDevice)hidden.Device, shape, new CellOperands().Gates(inputGates, shape).Gates(hiddenGates, shape).State(hidden, shape).State(destination, shape));
        }

        /// <summary>
        /// The gradient of <c>GruCell</c>: from that of h' those of both kinds of gates, before their functions, and of h past the gates. With
        /// dn = dh'·(1 - z)·(1 - n²): dxᵣ = dhᵣ = dn·hₙ·r(1 - r), dx_z = dh_z = dh'·(h - n)·z(1 - z), dxₙ = dn, dhₙ = dn·r, dh = dh'·z.
        /// </summary>
        /// <param name="hiddenGates">hᵣ, h_z, hₙ, [rows, 3·width].</param>
        /// <param name="hidden">h, [rows, width].</param>
        /// <param name="nextGradient">dh', [rows, width].</param>
        /// <param name="inputGateGradient">dx, [rows, 3·width].</param>
        /// <param name="hiddenGateGradient">dh of the gates, [rows, 3·width].</param>
        /// <param name="hiddenGradient">dh past the gates, [rows, width]; what comes through the gates is the product of their gradient with the weights.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a tensor is not dense, or a destination overlaps another tensor.</exception>
        public void GruCellGradient(
            DeviceTensor<T> hiddenGates, DeviceTensor<T> hidden, DeviceTensor<T> nextGradient, DeviceTensor<T> inputGateGradient, DeviceTensor<T> hiddenGateGradient, DeviceTensor<T> hiddenGradient)
        {
            var shape = CellShape.Of(hidden, GruGates, nameof(hidden));
            shape.RequireGates(inputGates, nameof(inputGates));
            shape.RequireGates(hiddenGates, nameof(hiddenGates));
            shape.RequireState(nextGradient, nameof(nextGradient));
            shape.RequireGates(inputGateGradient, nameof(inputGateGradient));
            shape.RequireGates(hiddenGateGradient, nameof(hiddenGateGradient));
            shape.RequireState(hiddenGradient, nameof(hiddenGradient));
            CellShape.RequireApart([inputGates, hiddenGates, hidden, nextGradient], inputGateGradient, hiddenGateGradient, hiddenGradient);
            if (shape.Count == 0)
            {
                return;
            }

            if (hiddenGradient.Device is CudaDevice cuda)
            {
                hiddenGradient.Stream!.Launch(
                    cuda.GetKernel(s_gruCellGradient, Types<T>()), LaunchConfig.Cover(shape.Count), inputGateGradient.Output, hiddenGateGradient.Output, hiddenGradient.Output, inputGates.Input, hiddenGates.Input,
                    hidden.Input, nextGradient.Input, shape.Count, (long)shape.Width);
                return;
            }

            using var hold = new BlockHold(inputGates.Block, hiddenGates.Block, hidden.Block, nextGradient.Block);
            using var destinations = new BlockHold(inputGateGradient.Block, hiddenGateGradient.Block, hiddenGradient.Block);
            CellLoop.Run<T, GruGradientBody>((CpuDevice)hidden.Device, shape, new CellOperands().Gates(inputGates, shape).Gates(hiddenGates, shape).State(hidden, shape).State(nextGradient, shape).Gates(inputGateGradient, shape).Gates(hiddenGateGradient, shape).State(hiddenGradient, shape));
        }
    }

    private readonly struct GruBody : ICellBody
    {
        public static (int Inputs, int Outputs) Operands => (7, 1);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Invoke<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* y) where TCompute : unmanaged
        {
            Vector512<TCompute> r, z;
            Gates(x, &r, &z);
            y[0] = ((Vector512<TCompute>.One - z) * CellMath.Tanh(x[2] + (r * x[5]))) + (z * x[6]);
        }

        // Apart, so that either half fits into what the JIT agrees to inline.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Gates<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* r, Vector512<TCompute>* z) where TCompute : unmanaged
        {
            *r = CellMath.Sigmoid(x[0] + x[3]);
            *z = CellMath.Sigmoid(x[1] + x[4]);
        }
    }

    private readonly struct GruGradientBody : ICellBody
    {
        public static (int Inputs, int Outputs) Operands => (8, 7);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Invoke<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* y) where TCompute : unmanaged
        {
            var one = Vector512<TCompute>.One;
            var (hn, hidden, d) = (x[5], x[6], x[7]);
            var (r, z) = (CellMath.Sigmoid(x[0] + x[3]), CellMath.Sigmoid(x[1] + x[4]));
            var n = CellMath.Tanh(x[2] + (r * hn));
            var dn = d * (one - z) * (one - (n * n));
            y[0] = y[3] = dn * hn * r * (one - r);
            y[1] = y[4] = d * (hidden - n) * z * (one - z);
            y[2] = dn;
            y[5] = dn * r;
            y[6] = d * z;
        }
    }
}
