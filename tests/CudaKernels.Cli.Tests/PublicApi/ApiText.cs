using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace CudaKernels.Tests.PublicApi;

/// <summary>The public and protected members of an assembly, one line each, in C#'s words.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="isGenerated">Types of which the generator's own test knows the members: only their names are listed.</param>
    public static IReadOnlyList<string> Of(Assembly assembly, Func<Type, bool> isGenerated) =>
    [
        .. assembly.GetExportedTypes()
            .Where(type => !IsCompilerMade(type.FullName!))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => isGenerated(type) ? [Header(type) + " (generated)"] : (IEnumerable<string>)[Header(type), .. Members(type).Order(StringComparer.Ordinal)]),
    ];

    private static bool IsCompilerMade(string name) => name.AsSpan().IndexOfAny('<', '$') >= 0;

    private static string Header(Type type)
    {
        var kind = type.IsEnum ? $"enum {Name(type)} : {TypeText.Of(Enum.GetUnderlyingType(type))}"
            : typeof(Delegate).IsAssignableFrom(type) ? $"delegate {Name(type)}"
            : type.IsInterface ? $"interface {Name(type)}{Bases(type)}"
            : type.IsValueType ? $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}struct {Name(type)}{Bases(type)}"
            : $"{(type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}class {Name(type)}{Bases(type)}";
        return kind + Constraints(type.GetGenericArguments());
    }

    private static string Name(Type type) => $"{type.Namespace}.{TypeText.Of(type)}";

    private static string Bases(Type type)
    {
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var bases = type.GetInterfaces().Except(inherited).Where(one => one.IsVisible).Select(TypeText.Of).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases.Insert(0, TypeText.Of(parent));
        }

        return bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"  {field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return type.GetMembers(Declared).Where(member => !IsCompilerMade(member.Name)).Select(Member).OfType<string>().Select(line => "  " + line);
    }

    private static string? Member(MemberInfo member) => member switch
    {
        FieldInfo field when IsVisible(field.Attributes & FieldAttributes.FieldAccessMask) => Field(field),
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => Property(property),
        EventInfo happening when IsVisible(happening.AddMethod!) => $"event {Nullable(happening)} {happening.Name}",
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) => $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true, Name: var name } when !name.StartsWith("op_", StringComparison.Ordinal) => null,
        MethodInfo method when IsVisible(method) => Method(method),
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes access) => access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        var text = new StringBuilder(Access(method));
        text.Append(method.IsStatic ? "static " : "");
        if (method.DeclaringType!.IsInterface)
        {
            return text.Append(method.IsAbstract ? "" : "virtual ").ToString();
        }

        var overrides = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return text.Append(method.IsAbstract ? "abstract " : overrides ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "").ToString();
    }

    private static string Field(FieldInfo field) =>
        $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field is { IsInitOnly: true } ? "readonly " : "")}{TypeText.Nullable(field)} {field.Name}{(field.IsLiteral ? " = " + TypeText.Value(field.GetRawConstantValue()) : "")}";

    private static string Nullable(EventInfo happening) => TypeText.Of(happening.EventHandlerType!);

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var parts = accessors.Select(accessor => (accessor.IsPublic ? "" : "protected ")
            + (accessor.ReturnType != typeof(void) ? "get;" : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;"));
        var required = property.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == "RequiredMemberAttribute") ? "required " : "";
        return $"{required}{Modifiers(accessors[0])}{TypeText.Nullable(property)} {name} {{ {string.Join(" ", parts)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Modifiers(method)}{TypeText.Nullable(method.ReturnParameter)} {method.Name}{generics}({extension}{Parameters(method)}){(method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "")}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        return $"{many}{passing}{TypeText.Nullable(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + TypeText.Value(parameter.RawDefaultValue) : "")}";
    }

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Select(Constraint));

    private static string Constraint(Type argument)
    {
        var flags = argument.GenericParameterAttributes;
        var unmanaged = argument.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute");
        List<string> all = [.. unmanaged ? ["unmanaged"] : flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["struct"] : (string[])[]];
        all.AddRange(flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : []);
        all.AddRange(argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(TypeText.Of));
        return all.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", all)}";
    }
}
