using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Elementwise loops on the processor: whole runs where the operands are dense, otherwise runs gathered into small buffers.</summary>
internal static unsafe class ManagedElementwise
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int DenseChunk = 32 * 1024;

    /// <summary>Elements gathered at a time; four buffers of 8-byte elements fit into the first-level cache.</summary>
    private const int GatherBlock = 512;

    public static void Run<TBody>(CpuDevice device, TBody body, in StridedLoop loop, int operands, in ElementwiseOperand y, in ElementwiseOperand a, in ElementwiseOperand b, in ElementwiseOperand c)
        where TBody : struct, IElementwiseBody
    {
        var all = new Operands(y, a, b, c);
        if (loop.IsDense(operands))
        {
            var chunks = (loop.Count + DenseChunk - 1) / DenseChunk;
            if (loop.Count * all.SizeY >= StreamedCopy.LeastBytes && !all.IsInPlace)
            {
                ManagedParallel.For(chunks, device.Options.Threads, new StreamedWork<TBody>(body, all, loop.Count));
            }
            else
            {
                ManagedParallel.For(chunks, device.Options.Threads, new DenseWork<TBody>(body, all, loop.Count));
            }

            return;
        }

        var work = new StridedWork<TBody>(body, all, loop);
        ManagedParallel.For(work.Chunks, device.Options.Threads, work);
    }

    /// <summary>Pointer and element size of each operand; a pointer is null where the operand is unused.</summary>
    private readonly struct Operands(in ElementwiseOperand y, in ElementwiseOperand a, in ElementwiseOperand b, in ElementwiseOperand c)
    {
        public readonly byte* Y = y.Pointer;
        public readonly byte* A = a.IsUsed ? a.Pointer : null;
        public readonly byte* B = b.IsUsed ? b.Pointer : null;
        public readonly byte* C = c.IsUsed ? c.Pointer : null;
        public readonly int SizeY = y.ElementSize;
        public readonly int SizeA = a.ElementSize;
        public readonly int SizeB = b.ElementSize;
        public readonly int SizeC = c.ElementSize;

        public bool IsInPlace => Y == A || Y == B || Y == C;
    }

    private readonly struct DenseWork<TBody>(TBody body, Operands all, long count) : IParallelBody where TBody : struct, IElementwiseBody
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var start = (nint)(chunk * DenseChunk);
            var length = (nint)Math.Min(DenseChunk, count - start);
            _body.Run(all.Y + (start * all.SizeY), all.A + (start * all.SizeA), all.B + (start * all.SizeB), all.C + (start * all.SizeC), length, isStreamed: false);
        }
    }

    /// <summary>The same for results that no cache holds: they leave past the caches, of most bodies block by block from the first-level one.</summary>
    private readonly struct StreamedWork<TBody>(TBody body, Operands all, long count) : IParallelBody where TBody : struct, IElementwiseBody
    {
        private readonly TBody _body = body;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var (begin, end) = ((nint)(chunk * DenseChunk), (nint)Math.Min((chunk + 1) * DenseChunk, count));
            if (TBody.CanStream)
            {
                Compute(begin, all.Y + (begin * all.SizeY), end - begin, isStreamed: true);
                StreamedCopy.Complete();
                return;
            }

            var blockRoom = stackalloc long[GatherBlock + StackRoom.Spare<long>()];
            var block = StackRoom.Align(blockRoom);
            var step = GatherBlock * sizeof(long) / all.SizeY;
            for (var start = begin; start < end; start += step)
            {
                var length = Math.Min(step, end - start);
                Compute(start, (byte*)block, length, isStreamed: false);
                StreamedCopy.Run((byte*)block, all.Y + (start * all.SizeY), length * all.SizeY);
            }

            StreamedCopy.Complete();
        }

        private void Compute(nint start, byte* y, nint length, bool isStreamed) =>
            _body.Run(y, all.A + (start * all.SizeA), all.B + (start * all.SizeB), all.C + (start * all.SizeC), length, isStreamed);
    }

    private readonly struct StridedWork<TBody> : IParallelBody where TBody : struct, IElementwiseBody
    {
        private readonly TBody _body;
        private readonly Operands _all;
        private readonly StridedLoop _loop;
        private readonly long _inner;
        private readonly long _blocksPerRow;
        private readonly long _pieces;
        private readonly long _piecesPerChunk;

        public StridedWork(TBody body, Operands all, StridedLoop loop)
        {
            _body = body;
            _all = all;
            _loop = loop;
            _inner = loop.Rank == 0 ? 1 : loop.Lengths[loop.Rank - 1];
            _blocksPerRow = (_inner + GatherBlock - 1) / GatherBlock;
            _pieces = loop.Count / _inner * _blocksPerRow;
            _piecesPerChunk = Math.Max(DenseChunk / Math.Min(_inner, GatherBlock), 1);
        }

        public long Chunks => (_pieces + _piecesPerChunk - 1) / _piecesPerChunk;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var end = Math.Min((chunk + 1) * _piecesPerChunk, _pieces);
            var buffersRoom = stackalloc long[(StridedLoop.MaxOperands * GatherBlock) + StackRoom.Spare<long>()];
            var buffers = StackRoom.Align(buffersRoom);
            for (var piece = chunk * _piecesPerChunk; piece < end; piece++)
            {
                var start = piece % _blocksPerRow * GatherBlock;
                RunPiece(piece / _blocksPerRow, start, (nint)Math.Min(GatherBlock, _inner - start), (byte*)buffers);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void RunPiece(long row, long start, nint count, byte* buffers)
        {
            var offsets = stackalloc long[StridedLoop.MaxOperands];
            for (var i = 0; i < StridedLoop.MaxOperands; i++)
            {
                offsets[i] = start * InnerStride(i);
            }

            for (var d = _loop.Rank - 2; d >= 0; d--)
            {
                var index = row % _loop.Lengths[d];
                row /= _loop.Lengths[d];
                for (var i = 0; i < StridedLoop.MaxOperands; i++)
                {
                    offsets[i] += index * _loop.Strides[(i * TensorLayout.MaxRank) + d];
                }
            }

            const int bufferBytes = GatherBlock * sizeof(long);
            var y = _all.Y + (offsets[0] * _all.SizeY);
            var direct = InnerStride(0) == 1;
            var a = Gather(_all.A, offsets[1], InnerStride(1), _all.SizeA, count, buffers + bufferBytes);
            var b = Gather(_all.B, offsets[2], InnerStride(2), _all.SizeB, count, buffers + (2 * bufferBytes));
            var c = Gather(_all.C, offsets[3], InnerStride(3), _all.SizeC, count, buffers + (3 * bufferBytes));
            _body.Run(direct ? y : buffers, a, b, c, count, isStreamed: false);
            if (!direct)
            {
                Copy(buffers, 1, y, InnerStride(0), _all.SizeY, count);
            }
        }

        private long InnerStride(int operand) => _loop.Rank == 0 ? 1 : _loop.Strides[(operand * TensorLayout.MaxRank) + _loop.Rank - 1];

        private static byte* Gather(byte* source, long offset, long stride, int size, nint count, byte* buffer)
        {
            if (source is null)
            {
                return null;
            }

            source += offset * size;
            if (stride == 1)
            {
                return source;
            }

            Copy(source, stride, buffer, 1, size, count);
            return buffer;
        }

        private static void Copy(byte* source, long sourceStride, byte* destination, long destinationStride, int size, nint count)
        {
            switch (size)
            {
                case 1: Copy<byte>(source, sourceStride, destination, destinationStride, count); break;
                case 2: Copy<ushort>(source, sourceStride, destination, destinationStride, count); break;
                case 4: Copy<uint>(source, sourceStride, destination, destinationStride, count); break;
                default: Copy<ulong>(source, sourceStride, destination, destinationStride, count); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Copy<TBits>(byte* source, long sourceStride, byte* destination, long destinationStride, nint count) where TBits : unmanaged
        {
            var from = (TBits*)source;
            var to = (TBits*)destination;
            if (sourceStride == 0 && destinationStride == 1)
            {
                new Span<TBits>(to, (int)count).Fill(*from);
                return;
            }

            for (nint i = 0; i < count; i++)
            {
                to[i * destinationStride] = from[i * sourceStride];
            }
        }
    }
}
