using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that set memory. The forms without a stream go to the null stream and do not wait.</summary>
internal static class FillCalls
{
    public static CUresult cuMemsetD8(CUdeviceptr dstDevice, byte uc, nuint N) => Fill(dstDevice, 0, uc, 1, N, 1);

    public static CUresult cuMemsetD16(CUdeviceptr dstDevice, ushort us, nuint N) => Fill(dstDevice, 0, us, 2, N, 1);

    public static CUresult cuMemsetD32(CUdeviceptr dstDevice, uint ui, nuint N) => Fill(dstDevice, 0, ui, 4, N, 1);

    public static CUresult cuMemsetD2D8(CUdeviceptr dstDevice, nuint dstPitch, byte uc, nuint Width, nuint Height) => Fill(dstDevice, dstPitch, uc, 1, Width, Height);

    public static CUresult cuMemsetD2D16(CUdeviceptr dstDevice, nuint dstPitch, ushort us, nuint Width, nuint Height) => Fill(dstDevice, dstPitch, us, 2, Width, Height);

    public static CUresult cuMemsetD2D32(CUdeviceptr dstDevice, nuint dstPitch, uint ui, nuint Width, nuint Height) => Fill(dstDevice, dstPitch, ui, 4, Width, Height);

    public static CUresult cuMemsetD8Async(CUdeviceptr dstDevice, byte uc, nuint N, CUstream hStream) => Fill(hStream, dstDevice, 0, uc, 1, N, 1);

    public static CUresult cuMemsetD16Async(CUdeviceptr dstDevice, ushort us, nuint N, CUstream hStream) => Fill(hStream, dstDevice, 0, us, 2, N, 1);

    public static CUresult cuMemsetD32Async(CUdeviceptr dstDevice, uint ui, nuint N, CUstream hStream) => Fill(hStream, dstDevice, 0, ui, 4, N, 1);

    public static CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, nuint dstPitch, byte uc, nuint Width, nuint Height, CUstream hStream) => Fill(hStream, dstDevice, dstPitch, uc, 1, Width, Height);

    public static CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, nuint dstPitch, ushort us, nuint Width, nuint Height, CUstream hStream) => Fill(hStream, dstDevice, dstPitch, us, 2, Width, Height);

    public static CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, nuint dstPitch, uint ui, nuint Width, nuint Height, CUstream hStream) => Fill(hStream, dstDevice, dstPitch, ui, 4, Width, Height);

    private static CUresult Fill(CUdeviceptr destination, nuint pitch, uint value, uint elementSize, nuint width, nuint height)
    {
        StreamSubmission.RefuseDuringCapture(ContextStack.Require());
        return Fill(default, destination, pitch, value, elementSize, width, height);
    }

    private static CUresult Fill(CUstream hStream, CUdeviceptr destination, nuint pitch, uint value, uint elementSize, nuint width, nuint height)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (width == 0 || height == 0)
            return CUresult.CUDA_SUCCESS;
        var operation = stream.NewOperation(stream.Device.Operations.Fills);
        operation.Set((nuint)destination.Value, pitch, value, elementSize, width, height);
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }
}
