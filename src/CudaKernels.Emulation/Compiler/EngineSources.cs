using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace CudaKernels.Emulation;

/// <summary>The engine's C++ as this assembly holds it.</summary>
internal static class EngineSources
{
    private const string ResourcePrefix = "native/";

    /// <summary>The names of all sources, in order.</summary>
    public static IEnumerable<string> Names => Resources().Select(resource => resource[ResourcePrefix.Length..]);

    /// <summary>Writes all sources into a folder.</summary>
    public static void Extract(string folder)
    {
        foreach (var name in Names)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Read(name));
        }
    }

    /// <summary>A digest of all sources with what else the engine hangs on.</summary>
    public static string Digest(IEnumerable<string> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in fields)
        {
            Append(hash, Encoding.UTF8.GetBytes(field));
        }

        foreach (var name in Names)
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, Read(name));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Resources() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourcePrefix + name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Append(IncrementalHash hash, byte[] field)
    {
        hash.AppendData(BitConverter.GetBytes(field.Length));
        hash.AppendData(field);
    }
}
