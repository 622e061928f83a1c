using System.Collections;
using System.Collections.Frozen;

namespace CudaKernels.Interop;

/// <summary>The functions of one table in the order of their slots, with a search by name.</summary>
public sealed class NativeFunctionList : IReadOnlyList<NativeFunction>
{
    private readonly NativeFunction[] _functions;
    private readonly Lazy<FrozenDictionary<string, int>> _slots;

    internal NativeFunctionList(NativeFunction[] functions)
    {
        _functions = functions;
        _slots = new Lazy<FrozenDictionary<string, int>>(
            () => functions.Select((function, slot) => KeyValuePair.Create(function.Name, slot)).ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The number of functions.</summary>
    public int Count => _functions.Length;

    /// <summary>The function in a slot.</summary>
    /// <param name="index">The slot, from 0 to <see cref="Count"/> - 1.</param>
    public NativeFunction this[int index] => _functions[index];

    /// <summary>The slot of a function, or -1 when the table has none of that name.</summary>
    /// <param name="name">The name of the method.</param>
    public int IndexOf(string name) => _slots.Value.TryGetValue(name, out int slot) ? slot : -1;

    /// <summary>Enumerates the functions in the order of their slots.</summary>
    public IEnumerator<NativeFunction> GetEnumerator() => ((IEnumerable<NativeFunction>)_functions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _functions.GetEnumerator();
}
