namespace CudaKernels;

/// <summary>One function of an expression on the processor: a run of elements of one or two operands.</summary>
internal abstract unsafe class FusedStep
{
    public abstract void Run(byte* y, byte* a, byte* b, int count);

    public sealed class Unary<T, TFunction>(TFunction function) : FusedStep where T : unmanaged where TFunction : struct, IUnaryFunction<T>
    {
        public override void Run(byte* y, byte* a, byte* b, int count) => new UnaryBody<T, TFunction>(function).Run(y, a, null, null, count, isStreamed: false);
    }

    public sealed class Binary<T, TFunction>(TFunction function) : FusedStep where T : unmanaged where TFunction : struct, IBinaryFunction<T>
    {
        public override void Run(byte* y, byte* a, byte* b, int count) => new BinaryBody<T, TFunction>(function).Run(y, a, b, null, count, isStreamed: false);
    }
}
