namespace CudaKernels.Emulation;

/// <summary>NVRTC's options in the words of the host's compiler.</summary>
/// <param name="Arguments">The host compiler's arguments.</param>
/// <param name="Error">The first option that NVRTC does not have, in NVRTC's words; null when all are known.</param>
internal sealed record CompilerOptions(IReadOnlyList<string> Arguments, string? Error)
{
    /// <summary>An option of this NVRTC alone: compile for the checking mode.</summary>
    public const string CheckOption = "--ck-check";

    /// <summary>Whether to compile for the checking mode.</summary>
    public bool IsChecked { get; private init; }

    /// <summary>Options that change nothing here: they concern PTX, registers or the precision of the GPU's units.</summary>
    private static readonly string[] s_ignored =
    [
        "--maxrregcount", "--fmad", "--ftz", "--prec-div", "--prec-sqrt", "--use_fast_math", "--device-as-default-execution-space", "--minimal", "--split-compile", "--no-cache", "--dlto",
        "--ptxas-options", "--extra-device-vectorization", "--relocatable-device-code", "--device-debug", "--generate-line-info", "--restrict", "--disable-warnings", "--diag-suppress",
        "-default-device", "-rdc", "-dlto", "-G", "-lineinfo", "-Xptxas", "-dopt", "-restrict", "-w",
    ];

    public static CompilerOptions Translate(IReadOnlyList<string> options)
    {
        var arguments = new List<string>();
        var (standard, architecture, isChecked) = ("c++20", "900", false);
        for (var i = 0; i < options.Count; i++)
        {
            var (name, value) = Split(options, ref i);
            switch (name)
            {
                case "--define-macro" or "-D":
                    arguments.Add($"-D{value}");
                    break;
                case "--undefine-macro" or "-U":
                    arguments.Add($"-U{value}");
                    break;
                case "--include-path" or "-I":
                    arguments.Add($"-I{value}");
                    break;
                case "--pre-include" or "-include":
                    arguments.AddRange(["-include", value]);
                    break;
                case "--std" or "-std":
                    standard = value;
                    break;
                case "--gpu-architecture" or "-arch":
                    architecture = string.Concat(value.Where(char.IsAsciiDigit)) + "0";
                    break;
                case CheckOption:
                    isChecked = true;
                    break;
                case not null when s_ignored.Contains(name):
                    break;
                default:
                    return new CompilerOptions([], $"nvrtc: error: unrecognized option {options[i]} found");
            }
        }

        // Older standards lack what the device headers use; newer ones are a matter of the compiler.
        var atLeast20 = standard is "c++11" or "c++14" or "c++17" or "c++03" ? "c++20" : standard;
        return new CompilerOptions([$"-std={atLeast20}", $"-D__CUDA_ARCH__={architecture}", .. arguments], null) { IsChecked = isChecked };
    }

    private static (string Name, string Value) Split(IReadOnlyList<string> options, ref int i)
    {
        var option = options[i].Trim();
        foreach (var glued in (ReadOnlySpan<string>)["-D", "-U", "-I"])
        {
            if (option.StartsWith(glued, StringComparison.Ordinal) && !option.StartsWith("--", StringComparison.Ordinal))
            {
                return (glued, option.Length > 2 ? option[2..].Trim() : i + 1 < options.Count ? options[++i] : "");
            }
        }

        var equals = option.IndexOf('=');
        if (equals > 0)
        {
            return (option[..equals], option[(equals + 1)..]);
        }

        var takesValue = option is "--define-macro" or "--undefine-macro" or "--include-path" or "--pre-include" or "--std" or "--gpu-architecture" or "-arch" or "-Xptxas";
        return (option, takesValue && i + 1 < options.Count ? options[++i] : "");
    }
}
