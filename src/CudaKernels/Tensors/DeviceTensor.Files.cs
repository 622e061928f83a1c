namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>Waits for the work that makes this tensor and writes it to an npy file; see <see cref="NpyFile.Write"/>.</summary>
    /// <param name="path">The file, which is replaced.</param>
    public void SaveNpy(string path) => NpyFile.Write<T>(path, ToArray(), Lengths);
}
