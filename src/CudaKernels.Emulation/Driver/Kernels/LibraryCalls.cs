using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that load images and find kernels and variables in them.</summary>
internal static unsafe class LibraryCalls
{
    public static CUresult cuLibraryLoadData(CUlibrary* library, void* code, CUjit_option* jitOptions, void** jitOptionsValues, uint numJitOptions, CUlibraryOption* libraryOptions, void** libraryOptionValues, uint numLibraryOptions)
    {
        if (library is null || code is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *library = new CUlibrary(Load(code).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryLoadFromFile(CUlibrary* library, byte* fileName, CUjit_option* jitOptions, void** jitOptionsValues, uint numJitOptions, CUlibraryOption* libraryOptions, void** libraryOptionValues, uint numLibraryOptions)
    {
        if (library is null || fileName is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *library = new CUlibrary(LoadFile(fileName).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryUnload(CUlibrary library)
    {
        HandleTable.Find<LoadedLibrary>(library.Value).Unload();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryGetKernel(CUkernel* pKernel, CUlibrary library, byte* name)
    {
        var found = HandleTable.Find<LoadedLibrary>(library.Value);
        if (pKernel is null || name is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pKernel = new CUkernel(found.FindKernel(NativeText.Read(name)).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryGetKernelCount(uint* count, CUlibrary lib)
    {
        var found = HandleTable.Find<LoadedLibrary>(lib.Value);
        if (count is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *count = (uint)found.Kernels.Count;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryEnumerateKernels(CUkernel* kernels, uint numKernels, CUlibrary lib)
    {
        var found = HandleTable.Find<LoadedLibrary>(lib.Value);
        if (kernels is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        for (var i = 0; i < Math.Min(numKernels, found.Kernels.Count); i++)
            kernels[i] = new CUkernel(found.Kernels[i].Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryGetModule(CUmodule* pMod, CUlibrary library)
    {
        ContextStack.Require();
        if (pMod is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pMod = new CUmodule(HandleTable.Find<LoadedLibrary>(library.Value).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLibraryGetGlobal(CUdeviceptr* dptr, nuint* bytes, CUlibrary library, byte* name) => GetGlobal(dptr, bytes, library.Value, name);

    public static CUresult cuKernelGetFunction(CUfunction* pFunc, CUkernel kernel)
    {
        ContextStack.Require();
        if (pFunc is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pFunc = new CUfunction(HandleTable.Find<LoadedKernel>(kernel.Value).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuKernelGetLibrary(CUlibrary* pLib, CUkernel kernel)
    {
        var found = HandleTable.Find<LoadedKernel>(kernel.Value);
        if (pLib is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pLib = new CUlibrary(found.Library.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuModuleLoad(CUmodule* module, byte* fname)
    {
        ContextStack.Require();
        if (module is null || fname is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *module = new CUmodule(LoadFile(fname).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuModuleLoadData(CUmodule* module, void* image)
    {
        StreamSubmission.RefuseDuringCapture(ContextStack.Require());
        if (module is null || image is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *module = new CUmodule(Load(image).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuModuleLoadDataEx(CUmodule* module, void* image, uint numOptions, CUjit_option* options, void** optionValues) => cuModuleLoadData(module, image);

    public static CUresult cuModuleUnload(CUmodule hmod) => cuLibraryUnload(new CUlibrary(hmod.Value));

    public static CUresult cuModuleGetFunction(CUfunction* hfunc, CUmodule hmod, byte* name)
    {
        ContextStack.Require();
        if (hfunc is null || name is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *hfunc = new CUfunction(HandleTable.Find<LoadedLibrary>(hmod.Value).FindKernel(NativeText.Read(name)).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuModuleGetFunctionCount(uint* count, CUmodule mod) => cuLibraryGetKernelCount(count, new CUlibrary(mod.Value));

    public static CUresult cuModuleEnumerateFunctions(CUfunction* functions, uint numFunctions, CUmodule mod) => cuLibraryEnumerateKernels((CUkernel*)functions, numFunctions, new CUlibrary(mod.Value));

    public static CUresult cuModuleGetGlobal(CUdeviceptr* dptr, nuint* bytes, CUmodule hmod, byte* name) => GetGlobal(dptr, bytes, hmod.Value, name);

    public static CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode* mode)
    {
        if (mode is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *mode = CUmoduleLoadingMode.CU_MODULE_EAGER_LOADING;
        return CUresult.CUDA_SUCCESS;
    }

    private static LoadedLibrary Load(void* code) => new(SoftwareDriver.TableForNew, EngineImage.Load(EmulatedImage.Read((byte*)code)));

    private static LoadedLibrary LoadFile(byte* name)
    {
        var path = NativeText.Read(name);
        if (!File.Exists(path))
            throw new DriverError(CUresult.CUDA_ERROR_FILE_NOT_FOUND);
        return new LoadedLibrary(SoftwareDriver.TableForNew, EngineImage.Load(EmulatedImage.Read(File.ReadAllBytes(path))));
    }

    private static CUresult GetGlobal(CUdeviceptr* dptr, nuint* bytes, nint library, byte* name)
    {
        var context = ContextStack.Require();
        var found = HandleTable.Find<LoadedLibrary>(library);
        if (name is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var global = found.FindGlobal(context.Device, NativeText.Read(name));
        if (dptr is not null)
            *dptr = new CUdeviceptr(global.Address);
        if (bytes is not null)
            *bytes = global.Size;
        return CUresult.CUDA_SUCCESS;
    }
}
