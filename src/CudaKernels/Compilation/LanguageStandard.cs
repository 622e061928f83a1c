namespace CudaKernels;

/// <summary>The C++ standard that a kernel is compiled as.</summary>
public enum LanguageStandard
{
    /// <summary>C++11.</summary>
    Cpp11 = 11,
    /// <summary>C++14.</summary>
    Cpp14 = 14,
    /// <summary>C++17.</summary>
    Cpp17 = 17,
    /// <summary>C++20, the default: what the kernels of this library are written in.</summary>
    Cpp20 = 20,
}
