using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_lstmCellFile = new("recurrent/lstm_cell.cu");
    private static readonly KernelTemplate s_lstmCell = s_lstmCellFile.Template("lstm_cell<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_lstmCellGradient = s_lstmCellFile.Template("lstm_cell_gradient<{0}>", ElementTypes.Floating);
    private const int LstmGates = 4;

    extension<T>(DeviceTensor<T> gates) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the pointwise part of an LSTM cell (Hochreiter and Schmidhuber 1997, with a forget gate): c' = σ(f)·c + σ(i)·tanh(g) and
        /// h' = σ(o)·tanh(c'), where this tensor [rows, 4·width] holds i, f, g, o one after the other in each row: x·Wₓ + h·Wₕ + b.
        /// </summary>
        /// <param name="cell">c, [rows, width].</param>
        /// <param name="hiddenDestination">h', [rows, width].</param>
        /// <param name="cellDestination">c', [rows, width].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a tensor is not dense, or a destination overlaps another tensor.</exception>
        public void LstmCell(DeviceTensor<T> cell, DeviceTensor<T> hiddenDestination, DeviceTensor<T> cellDestination)
        {
            var shape = CellShape.Of(cell, LstmGates, nameof(cell));
            shape.RequireGates(gates, nameof(gates));
            shape.RequireState(hiddenDestination, nameof(hiddenDestination));
            shape.RequireState(cellDestination, nameof(cellDestination));
            CellShape.RequireApart([gates, cell], hiddenDestination, cellDestination);
            if (shape.Count == 0)
            {
                return;
            }

            if (hiddenDestination.Device is CudaDevice cuda)
            {
                hiddenDestination.Stream!.Launch(
                    cuda.GetKernel(s_lstmCell, Types<T>()), LaunchConfig.Cover(shape.Count), hiddenDestination.Output, cellDestination.Output, gates.Input, cell.Input, shape.Count, (long)shape.Width);
                return;
            }

            using var hold = new BlockHold(gates.Block, cell.Block, hiddenDestination.Block, cellDestination.Block);
            CellLoop.Run<T, LstmBody>((CpuDevice)cell.Device, shape, new CellOperands().Gates(gates, shape).State(cell, shape).State(hiddenDestination, shape).State(cellDestination, shape));
        }

        /// <summary>
        /// The gradient of <c>LstmCell</c>: from the gradients of h' and c' those of the gates, before their functions, and of c. With t = tanh(c') and
        /// d = dh'·o·(1 - t²) + dc': di = d·g·i(1 - i), df = d·c·f(1 - f), dg = d·i·(1 - g²), do = dh'·t·o(1 - o), dc = d·f.
        /// </summary>
        /// <param name="cell">c, [rows, width].</param>
        /// <param name="hiddenGradient">dh', [rows, width].</param>
        /// <param name="nextCellGradient">dc', [rows, width]: what the step after this one passes back; null for zeros.</param>
        /// <param name="gateGradient">The gates' gradient, [rows, 4·width].</param>
        /// <param name="cellGradient">dc, [rows, width].</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a tensor is not dense, or a destination overlaps another tensor.</exception>
        public void LstmCellGradient(DeviceTensor<T> cell, DeviceTensor<T> hiddenGradient, DeviceTensor<T>? nextCellGradient, DeviceTensor<T> gateGradient, DeviceTensor<T> cellGradient)
        {
            var shape = CellShape.Of(cell, LstmGates, nameof(cell));
            shape.RequireGates(gates, nameof(gates));
            shape.RequireState(hiddenGradient, nameof(hiddenGradient));
            shape.RequireGates(gateGradient, nameof(gateGradient));
            shape.RequireState(cellGradient, nameof(cellGradient));
            if (nextCellGradient is not null)
            {
                shape.RequireState(nextCellGradient, nameof(nextCellGradient));
            }

            CellShape.RequireApart([gates, cell, hiddenGradient, nextCellGradient], gateGradient, cellGradient);
            if (shape.Count == 0)
            {
                return;
            }

            if (gateGradient.Device is CudaDevice cuda)
            {
                gateGradient.Stream!.Launch(
                    cuda.GetKernel(s_lstmCellGradient, Types<T>()), LaunchConfig.Cover(shape.Count), gateGradient.Output, cellGradient.Output, gates.Input, cell.Input, hiddenGradient.Input,
                    (nextCellGradient ?? hiddenGradient).Input, nextCellGradient is not null, shape.Count, (long)shape.Width);
                return;
            }

            using var hold = new BlockHold(gates.Block, cell.Block, hiddenGradient.Block, nextCellGradient?.Block);
            using var destinations = new BlockHold(gateGradient.Block, cellGradient.Block);
            CellLoop.Run<T, LstmGradientBody>((CpuDevice)cell.Device, shape, new CellOperands().Gates(gates, shape).State(cell, shape).State(hiddenGradient, shape).State(nextCellGradient, shape).Gates(gateGradient, shape).State(cellGradient, shape));
        }
    }

    private readonly struct LstmBody : ICellBody
    {
        public static (int Inputs, int Outputs) Operands => (5, 2);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Invoke<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* y) where TCompute : unmanaged
        {
            y[1] = (CellMath.Sigmoid(x[1]) * x[4]) + (CellMath.Sigmoid(x[0]) * CellMath.Tanh(x[2]));
            y[0] = CellMath.Sigmoid(x[3]) * CellMath.Tanh(y[1]);
        }
    }

    private readonly struct LstmGradientBody : ICellBody
    {
        public static (int Inputs, int Outputs) Operands => (7, 5);

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Invoke<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* y) where TCompute : unmanaged
        {
            var one = Vector512<TCompute>.One;
            var (i, f, g, o) = (CellMath.Sigmoid(x[0]), CellMath.Sigmoid(x[1]), CellMath.Tanh(x[2]), CellMath.Sigmoid(x[3]));
            var (cell, hiddenGradient) = (x[4], x[5]);
            var t = CellMath.Tanh((f * cell) + (i * g));
            var d = (hiddenGradient * o * (one - (t * t))) + x[6];
            y[0] = d * g * i * (one - i);
            y[1] = d * cell * f * (one - f);
            y[2] = d * i * (one - (g * g));
            y[3] = hiddenGradient * t * o * (one - o);
            y[4] = d * f;
        }
    }
}
