using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>A function of each element of a vector; a struct, so that <see cref="VectorLoop"/> inlines it.</summary>
/// <typeparam name="T">The type that is computed in: float or double.</typeparam>
internal interface IVectorFunction<T> where T : unmanaged
{
    /// <summary>The function of every element.</summary>
    Vector512<T> Invoke(Vector512<T> x);
}
