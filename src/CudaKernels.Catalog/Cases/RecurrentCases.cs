namespace CudaKernels.Catalog.Cases;

/// <summary>The pointwise parts of recurrent cells and their gradients. A shape holds rows and the width of the state.</summary>
internal static class RecurrentCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new LstmCase(), new GruCase()];

    private abstract class CellCase(int gates) : FloatingCase
    {
        public override string Family => "recurrent";

        public override IReadOnlyList<CaseShape> Shapes => [new(0, 5), new(1, 1), new(3, 7), new(2, 64), new(5, 33), new(1, 300), new(64, 129)];

        // All but the last, which only repeats the others in more blocks.
        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 1024)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        /// <summary>Preactivations; gates that are shut and open for good among them.</summary>
        protected CaseTensor<T> Gates<T>(CaseInputs inputs) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            nint[] lengths = [inputs.Lengths[0], gates * inputs.Lengths[1]];
            var data = inputs.Input<T>(lengths, -3, 3).Data;
            if (inputs.HasSpecials && data.Length > 8)
            {
                (data[0], data[^1], data[4]) = (T.NegativeInfinity, T.PositiveInfinity, T.NaN);
            }

            var gate = inputs.Own(inputs.Device.CreateTensor(data, lengths));
            return new CaseTensor<T>(gate, data);
        }

        protected static CaseTensor<T> State<T>(CaseInputs inputs) where T : unmanaged
        {
            var data = inputs.Input<T>(inputs.Lengths, -1, 1).Data;
            return new CaseTensor<T>(inputs.Own(inputs.Device.CreateTensor(data, inputs.Lengths)), data);
        }

        protected DeviceTensor<T> GateResult<T>(CaseInputs inputs) where T : unmanaged => inputs.Own(inputs.Device.CreateZeros<T>([inputs.Lengths[0], gates * inputs.Lengths[1]]));

        protected static DeviceTensor<T> StateResult<T>(CaseInputs inputs) where T : unmanaged => inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));

        /// <summary>What a function of row and column gives, over the state or over all gates.</summary>
        protected static double[] Each(nint[] lengths, int blocks, Func<int, int, int, double> value)
        {
            var (rows, width) = ((int)lengths[0], (int)lengths[1]);
            return [.. Enumerable.Range(0, rows * blocks * width).Select(i => value(i / (blocks * width), i / width % blocks, i % width))];
        }
    }

    private sealed class LstmCase() : CellCase(4)
    {
        public override string Name => "lstm-cell";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (gates, cell, hiddenGradient, nextGradient) = (Gates<T>(inputs), State<T>(inputs), State<T>(inputs), State<T>(inputs));
            var (hidden, next) = (StateResult<T>(inputs), StateResult<T>(inputs));
            var (gateGradient, lastGateGradient) = (GateResult<T>(inputs), GateResult<T>(inputs));
            var (cellGradient, lastCellGradient) = (StateResult<T>(inputs), StateResult<T>(inputs));
            var (lengths, width) = (inputs.Lengths, (int)inputs.Lengths[1]);
            return new CasePlan(() => gates.Tensor.LstmCell(cell.Tensor, hidden, next), 7.0 * cell.Data.Length * ElementType<T>.Size, 20.0 * cell.Data.Length)
                .Expect(hidden, () => Each(lengths, 1, (row, _, column) => At(row, column).Hidden))
                .Expect(next, () => Each(lengths, 1, (row, _, column) => At(row, column).Cell))
                .Also(() => gates.Tensor.LstmCellGradient(cell.Tensor, hiddenGradient.Tensor, nextGradient.Tensor, gateGradient, cellGradient))
                .Also(() => gates.Tensor.LstmCellGradient(cell.Tensor, hiddenGradient.Tensor, null, lastGateGradient, lastCellGradient))
                .Expect(gateGradient, () => Each(lengths, 4, (row, gate, column) => Gradient(row, column, true)[gate]))
                .Expect(cellGradient, () => Each(lengths, 1, (row, _, column) => Gradient(row, column, true)[4]))
                .Expect(lastGateGradient, () => Each(lengths, 4, (row, gate, column) => Gradient(row, column, false)[gate]))
                .Expect(lastCellGradient, () => Each(lengths, 1, (row, _, column) => Gradient(row, column, false)[4]));

            double Gate(int row, int gate, int column) => gates.Values[(((row * 4) + gate) * width) + column];

            (double Hidden, double Cell, double I, double F, double G, double O) At(int row, int column)
            {
                var (i, f, g, o) = (Sigmoid(Gate(row, 0, column)), Sigmoid(Gate(row, 1, column)), Math.Tanh(Gate(row, 2, column)), Sigmoid(Gate(row, 3, column)));
                var c = (f * cell.Values[(row * width) + column]) + (i * g);
                return (o * Math.Tanh(c), c, i, f, g, o);
            }

            double[] Gradient(int row, int column, bool withNext)
            {
                var (_, c, i, f, g, o) = At(row, column);
                var at = (row * width) + column;
                var (t, dh) = (Math.Tanh(c), hiddenGradient.Values[at]);
                var d = (dh * o * (1 - (t * t))) + (withNext ? nextGradient.Values[at] : 0);
                return [d * g * i * (1 - i), d * cell.Values[at] * f * (1 - f), d * i * (1 - (g * g)), dh * t * o * (1 - o), d * f];
            }
        }
    }

    private sealed class GruCase() : CellCase(3)
    {
        public override string Name => "gru-cell";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (x, h, hidden, nextGradient) = (Gates<T>(inputs), new CaseTensor<T>(GateResult<T>(inputs), inputs.Input<T>([inputs.Lengths[0], 3 * inputs.Lengths[1]], -2, 2).Data), State<T>(inputs), State<T>(inputs));
            h.Tensor.CopyFrom(h.Data);
            var (next, hiddenGradient) = (StateResult<T>(inputs), StateResult<T>(inputs));
            var (xGradient, hGradient) = (GateResult<T>(inputs), GateResult<T>(inputs));
            var (lengths, width) = (inputs.Lengths, (int)inputs.Lengths[1]);
            return new CasePlan(() => x.Tensor.GruCell(h.Tensor, hidden.Tensor, next), 8.0 * hidden.Data.Length * ElementType<T>.Size, 20.0 * hidden.Data.Length)
                .Expect(next, () => Each(lengths, 1, (row, _, column) => At(row, column) is var (_, z, n, _) ? ((1 - z) * n) + (z * hidden.Values[(row * width) + column]) : 0))
                .Also(() => x.Tensor.GruCellGradient(h.Tensor, hidden.Tensor, nextGradient.Tensor, xGradient, hGradient, hiddenGradient))
                .Expect(xGradient, () => Each(lengths, 3, (row, gate, column) => Gradient(row, column).X[gate]))
                .Expect(hGradient, () => Each(lengths, 3, (row, gate, column) => Gradient(row, column).H[gate]))
                .Expect(hiddenGradient, () => Each(lengths, 1, (row, _, column) => nextGradient.Values[(row * width) + column] * At(row, column).Z));

            (double R, double Z, double N, double Hn) At(int row, int column)
            {
                double X(int gate) => x.Values[(((row * 3) + gate) * width) + column];
                double H(int gate) => h.Values[(((row * 3) + gate) * width) + column];
                var r = Sigmoid(X(0) + H(0));
                return (r, Sigmoid(X(1) + H(1)), Math.Tanh(X(2) + (r * H(2))), H(2));
            }

            (double[] X, double[] H) Gradient(int row, int column)
            {
                var (r, z, n, hn) = At(row, column);
                var at = (row * width) + column;
                var d = nextGradient.Values[at];
                var dn = d * (1 - z) * (1 - (n * n));
                var (dr, dz) = (dn * hn * r * (1 - r), d * (hidden.Values[at] - n) * z * (1 - z));
                return ([dr, dz, dn], [dr, dz, dn * r]);
            }
        }
    }
}
