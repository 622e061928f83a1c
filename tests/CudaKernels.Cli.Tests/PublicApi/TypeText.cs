using System.Globalization;
using System.Reflection;

namespace CudaKernels.Tests.PublicApi;

/// <summary>Types and constants in C#'s words.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    public static string Of(Type type)
    {
        if (s_keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsByRef || type.IsPointer || type.IsArray)
        {
            return Of(type.GetElementType()!) + (type.IsPointer ? "*" : type.IsArray ? $"[{new string(',', type.GetArrayRank() - 1)}]" : "");
        }

        if (type.IsFunctionPointer)
        {
            return $"delegate* unmanaged<{string.Join(", ", type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).Select(Of))}>";
        }

        if (System.Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value) + "?";
        }

        var name = type is { IsNested: true, IsGenericParameter: false } ? $"{Of(type.DeclaringType!)}.{type.Name}" : type.Name;
        var tick = name.LastIndexOf('`');
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }

    // A context keeps what it has read, and is not for several threads.
    public static string Nullable(ParameterInfo parameter) => Marked(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    public static string Nullable(PropertyInfo property) => Marked(property.PropertyType, new NullabilityInfoContext().Create(property));

    public static string Nullable(FieldInfo field) => Marked(field.FieldType, new NullabilityInfoContext().Create(field));

    public static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Marked(Type type, NullabilityInfo info)
    {
        var seen = type.IsByRef ? type.GetElementType()! : type;
        return Of(type) + (!seen.IsValueType && !seen.IsPointer && info.ReadState == NullabilityState.Nullable ? "?" : "");
    }
}
