using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="LibraryCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class LibraryEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuLibraryLoadData"] = (nint)(delegate* unmanaged<CUlibrary*, void*, CUjit_option*, void**, uint, CUlibraryOption*, void**, uint, CUresult>)&cuLibraryLoadData;
        table["cuLibraryLoadFromFile"] = (nint)(delegate* unmanaged<CUlibrary*, byte*, CUjit_option*, void**, uint, CUlibraryOption*, void**, uint, CUresult>)&cuLibraryLoadFromFile;
        table["cuLibraryUnload"] = (nint)(delegate* unmanaged<CUlibrary, CUresult>)&cuLibraryUnload;
        table["cuLibraryGetKernel"] = (nint)(delegate* unmanaged<CUkernel*, CUlibrary, byte*, CUresult>)&cuLibraryGetKernel;
        table["cuLibraryGetKernelCount"] = (nint)(delegate* unmanaged<uint*, CUlibrary, CUresult>)&cuLibraryGetKernelCount;
        table["cuLibraryEnumerateKernels"] = (nint)(delegate* unmanaged<CUkernel*, uint, CUlibrary, CUresult>)&cuLibraryEnumerateKernels;
        table["cuLibraryGetModule"] = (nint)(delegate* unmanaged<CUmodule*, CUlibrary, CUresult>)&cuLibraryGetModule;
        table["cuLibraryGetGlobal"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint*, CUlibrary, byte*, CUresult>)&cuLibraryGetGlobal;
        table["cuKernelGetFunction"] = (nint)(delegate* unmanaged<CUfunction*, CUkernel, CUresult>)&cuKernelGetFunction;
        table["cuKernelGetLibrary"] = (nint)(delegate* unmanaged<CUlibrary*, CUkernel, CUresult>)&cuKernelGetLibrary;
        table["cuModuleLoad"] = (nint)(delegate* unmanaged<CUmodule*, byte*, CUresult>)&cuModuleLoad;
        table["cuModuleLoadData"] = (nint)(delegate* unmanaged<CUmodule*, void*, CUresult>)&cuModuleLoadData;
        table["cuModuleLoadDataEx"] = (nint)(delegate* unmanaged<CUmodule*, void*, uint, CUjit_option*, void**, CUresult>)&cuModuleLoadDataEx;
        table["cuModuleUnload"] = (nint)(delegate* unmanaged<CUmodule, CUresult>)&cuModuleUnload;
        table["cuModuleGetFunction"] = (nint)(delegate* unmanaged<CUfunction*, CUmodule, byte*, CUresult>)&cuModuleGetFunction;
        table["cuModuleGetFunctionCount"] = (nint)(delegate* unmanaged<uint*, CUmodule, CUresult>)&cuModuleGetFunctionCount;
        table["cuModuleEnumerateFunctions"] = (nint)(delegate* unmanaged<CUfunction*, uint, CUmodule, CUresult>)&cuModuleEnumerateFunctions;
        table["cuModuleGetGlobal"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint*, CUmodule, byte*, CUresult>)&cuModuleGetGlobal;
        table["cuModuleGetLoadingMode"] = (nint)(delegate* unmanaged<CUmoduleLoadingMode*, CUresult>)&cuModuleGetLoadingMode;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryLoadData(CUlibrary* library, void* code, CUjit_option* jitOptions, void** jitOptionsValues, uint numJitOptions, CUlibraryOption* libraryOptions, void** libraryOptionValues, uint numLibraryOptions)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryLoadData");
            return LibraryCalls.cuLibraryLoadData(library, code, jitOptions, jitOptionsValues, numJitOptions, libraryOptions, libraryOptionValues, numLibraryOptions);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryLoadFromFile(CUlibrary* library, byte* fileName, CUjit_option* jitOptions, void** jitOptionsValues, uint numJitOptions, CUlibraryOption* libraryOptions, void** libraryOptionValues, uint numLibraryOptions)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryLoadFromFile");
            return LibraryCalls.cuLibraryLoadFromFile(library, fileName, jitOptions, jitOptionsValues, numJitOptions, libraryOptions, libraryOptionValues, numLibraryOptions);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryUnload(CUlibrary library)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryUnload");
            return LibraryCalls.cuLibraryUnload(library);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryGetKernel(CUkernel* pKernel, CUlibrary library, byte* name)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryGetKernel");
            return LibraryCalls.cuLibraryGetKernel(pKernel, library, name);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryGetKernelCount(uint* count, CUlibrary lib)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryGetKernelCount");
            return LibraryCalls.cuLibraryGetKernelCount(count, lib);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryEnumerateKernels(CUkernel* kernels, uint numKernels, CUlibrary lib)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryEnumerateKernels");
            return LibraryCalls.cuLibraryEnumerateKernels(kernels, numKernels, lib);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryGetModule(CUmodule* pMod, CUlibrary library)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryGetModule");
            return LibraryCalls.cuLibraryGetModule(pMod, library);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLibraryGetGlobal(CUdeviceptr* dptr, nuint* bytes, CUlibrary library, byte* name)
    {
        try
        {
            SoftwareCall.Begin("cuLibraryGetGlobal");
            return LibraryCalls.cuLibraryGetGlobal(dptr, bytes, library, name);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetFunction(CUfunction* pFunc, CUkernel kernel)
    {
        try
        {
            SoftwareCall.Begin("cuKernelGetFunction");
            return LibraryCalls.cuKernelGetFunction(pFunc, kernel);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetLibrary(CUlibrary* pLib, CUkernel kernel)
    {
        try
        {
            SoftwareCall.Begin("cuKernelGetLibrary");
            return LibraryCalls.cuKernelGetLibrary(pLib, kernel);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleLoad(CUmodule* module, byte* fname)
    {
        try
        {
            SoftwareCall.Begin("cuModuleLoad");
            return LibraryCalls.cuModuleLoad(module, fname);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleLoadData(CUmodule* module, void* image)
    {
        try
        {
            SoftwareCall.Begin("cuModuleLoadData");
            return LibraryCalls.cuModuleLoadData(module, image);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleLoadDataEx(CUmodule* module, void* image, uint numOptions, CUjit_option* options, void** optionValues)
    {
        try
        {
            SoftwareCall.Begin("cuModuleLoadDataEx");
            return LibraryCalls.cuModuleLoadDataEx(module, image, numOptions, options, optionValues);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleUnload(CUmodule hmod)
    {
        try
        {
            SoftwareCall.Begin("cuModuleUnload");
            return LibraryCalls.cuModuleUnload(hmod);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleGetFunction(CUfunction* hfunc, CUmodule hmod, byte* name)
    {
        try
        {
            SoftwareCall.Begin("cuModuleGetFunction");
            return LibraryCalls.cuModuleGetFunction(hfunc, hmod, name);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleGetFunctionCount(uint* count, CUmodule mod)
    {
        try
        {
            SoftwareCall.Begin("cuModuleGetFunctionCount");
            return LibraryCalls.cuModuleGetFunctionCount(count, mod);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleEnumerateFunctions(CUfunction* functions, uint numFunctions, CUmodule mod)
    {
        try
        {
            SoftwareCall.Begin("cuModuleEnumerateFunctions");
            return LibraryCalls.cuModuleEnumerateFunctions(functions, numFunctions, mod);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleGetGlobal(CUdeviceptr* dptr, nuint* bytes, CUmodule hmod, byte* name)
    {
        try
        {
            SoftwareCall.Begin("cuModuleGetGlobal");
            return LibraryCalls.cuModuleGetGlobal(dptr, bytes, hmod, name);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode* mode)
    {
        try
        {
            SoftwareCall.Begin("cuModuleGetLoadingMode");
            return LibraryCalls.cuModuleGetLoadingMode(mode);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
