using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_augmentImages = new KernelFile("augmentation/augment_images.cu").Template("augment_images<{0}>", ElementTypes.Floating);

    extension(DeviceTensor<byte> images)
    {
        /// <summary>
        /// Cuts, mirrors, turns and normalises images of bytes, as a network takes them, in one pass. In this order: each image gets a border of
        /// <see cref="ImageAugmentation.Padding"/> pixels of 0, and a window of the destination's size is laid in it; what it shows is mirrored left to
        /// right, or not; the window is turned about its centre, so that the picture turns counterclockwise (pixels linear between the four nearest, 0
        /// outside of the image, the picture going on where the image does); then
        /// <para>y = contrast·(brightness·x / 255 - mean[c]) / deviation[c]</para>
        /// with nothing cut off. Without rotation, brightness and contrast that is the division, subtraction and division of each byte, rounded one by one.
        /// </summary>
        /// <remarks>
        /// The image with sample index s draws from outputs 8s to 8s + 5 after the position: the window's row and column (⌊u·places / 2³²⌋), whether it is
        /// mirrored (u below probability·2³²), the angle, brightness and contrast (uniform in [-1, 1), the upper 24 bits of u, times the strength; the
        /// factors are 1 plus that). So an image looks the same in whatever batch it comes, on every device. To see it otherwise in each epoch, let
        /// <see cref="PhiloxState.Subsequence"/> be the epoch's number.
        /// </remarks>
        /// <param name="samples">[images]: the number of each image in the data set.</param>
        /// <param name="options">The strengths, mean and deviation.</param>
        /// <param name="position">Where the random bits come from.</param>
        /// <param name="destination">[images, channels, outHeight, outWidth]; its size is that of the window. Must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes, options or devices do not fit, the window is larger than the bordered image, or tensors overlap.</exception>
        /// <typeparam name="T">The floating type of the results.</typeparam>
        public void AugmentImages<T>(DeviceTensor<long> samples, ImageAugmentation options, PhiloxState position, DeviceTensor<T> destination) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var shape = AugmentationShape.Of(images, samples, destination, options);
            RequireApart(images, destination, nameof(destination));
            RequireApart(samples, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            using var x = AsDense(images);
            using var numbers = AsDense(samples);
            if (destination.IsEmpty)
            {
                return;
            }

            if (destination.Device is CudaDevice cuda)
            {
                destination.Stream!.Launch(
                    cuda.GetKernel(s_augmentImages, Types<T>()),
                    LaunchConfig.Cover((long)images.Lengths[0] * shape.Chunks * AugmentationShape.Block, AugmentationShape.Block),
                    destination.Output,
                    x.Tensor.Input,
                    numbers.Tensor.Input,
                    KernelArgument.Struct(&position),
                    KernelArgument.Struct(&shape));
                return;
            }

            using var hold = new BlockHold(x.Tensor.Block, numbers.Tensor.Block, destination.Block);
            ManagedAugmentation.Run((CpuDevice)destination.Device, shape, position, images.Lengths[0], ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(numbers.Tensor), ManagedSpan.Pointer(destination));
        }

        /// <summary>A new tensor with images cut, mirrored, turned and normalised; see the form with a destination.</summary>
        /// <param name="samples">[images]: the number of each image in the data set.</param>
        /// <param name="size">Pixels of the window along the height and the width.</param>
        /// <param name="options">The strengths, mean and deviation.</param>
        /// <param name="position">Where the random bits come from; unused where nothing is at random.</param>
        /// <typeparam name="T">The floating type of the results.</typeparam>
        public DeviceTensor<T> AugmentImages<T>(DeviceTensor<long> samples, (nint Y, nint X) size, ImageAugmentation options, PhiloxState position = default) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(images);
            if (images.Rank != 4)
            {
                throw new ArgumentException($"images have four dimensions, got shape {images.Layout}", nameof(images));
            }

            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense([images.Lengths[0], images.Lengths[3], size.Y, size.X]), images.Stream));
            images.AugmentImages(samples, options, position, result.Tensor);
            return result.Complete();
        }
    }
}
