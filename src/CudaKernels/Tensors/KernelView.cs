namespace CudaKernels;

/// <summary>A tensor as a kernel argument with its lengths and strides, whatever they are; made by <see cref="DeviceTensor{T}.AsKernelView"/>.</summary>
/// <remarks>
/// <para>The kernel takes it by value as <c>TensorView&lt;T&gt;</c> of <c>#include "common/tensor_view.cuh"</c>, or as a struct of its own with this layout of 144 bytes:</para>
/// <code>
/// template &lt;class T&gt; struct TensorView {
///   T* data;               // the first element
///   long long rank;
///   long long lengths[8];  // outermost dimension first; 1 beyond the rank
///   long long strides[8];  // in elements; 0 where a dimension is broadcast, and beyond the rank
/// };
/// </code>
/// <para>A launch with it allocates nothing. It is good for as long as the tensor is not disposed, and is ordered between streams as the tensor itself is.</para>
/// </remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly struct KernelView<T> where T : unmanaged
{
    private readonly TensorViewBlock? _block;

    internal KernelView(TensorViewBlock block) => _block = block;

    /// <summary>Passes the tensor to a kernel that may read and write it.</summary>
    /// <exception cref="ArgumentException">The view is a default value.</exception>
    public static implicit operator KernelArgument(KernelView<T> view) => view.Argument(writes: true);

    /// <summary>Passes the tensor to a kernel that only reads it: readers on several streams do not wait for each other.</summary>
    /// <exception cref="ArgumentException">The view is a default value.</exception>
    public KernelArgument AsReadOnly() => Argument(writes: false);

    private KernelArgument Argument(bool writes) => _block is { } block
        ? KernelArgument.ByDescriptor(block, writes)
        : throw new ArgumentException($"a KernelView<{typeof(T).Name}> is made by DeviceTensor<{typeof(T).Name}>.AsKernelView(); its default value views nothing");
}
