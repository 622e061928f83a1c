using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>NUL-terminated UTF-8 copies of strings, freed together.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<nint> _blocks = [];

    public byte* Add(string text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _blocks.Add(copy);
        return (byte*)copy;
    }

    /// <summary>An array of such strings; null when it would be empty, as the C interface asks.</summary>
    public byte** Add(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return null;
        var array = (byte**)Marshal.AllocCoTaskMem(texts.Count * sizeof(byte*));
        _blocks.Add((nint)array);
        for (var i = 0; i < texts.Count; i++)
            array[i] = Add(texts[i]);
        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            Marshal.FreeCoTaskMem(block);
        _blocks.Clear();
    }
}
