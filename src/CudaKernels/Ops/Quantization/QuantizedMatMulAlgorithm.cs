namespace CudaKernels;

/// <summary>Which implementation computes a quantised matrix product on a CUDA device.</summary>
public enum QuantizedMatMulAlgorithm
{
    /// <summary>On a GPU of compute capability 8.0 and above (8.9 for 8-bit floats) <see cref="TensorCore"/>, for matrices of 16 rows, columns and steps at least; else, and on the software device, <see cref="Simt"/>.</summary>
    Auto,
    /// <summary>The ordinary arithmetic units.</summary>
    Simt,
    /// <summary>Tensor cores; compute capability 8.0 and above, 8.9 for 8-bit floats. Fastest where k is a multiple of 16.</summary>
    TensorCore,
}
