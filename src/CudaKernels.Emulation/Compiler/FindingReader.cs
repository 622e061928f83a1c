using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>ckrt_finding of native/runtime/abi.h.</summary>
internal unsafe struct NativeFinding
{
    public int Rule;
    public int Line;
    public int HasOther;
    public fixed uint Thread[3];
    public fixed uint Block[3];
    public fixed uint OtherThread[3];
    public fixed uint OtherBlock[3];
    public ulong ProgramCounter;
    public ulong OtherProgramCounter;
    public ulong Address;
    public byte* File;
    public ulong Count;
    public fixed byte Message[512];
}

/// <summary>Turns what the checking mode found into reports.</summary>
internal static unsafe class FindingReader
{
    /// <summary>The rule of a number, as reports name it.</summary>
    public static string RuleName(int rule) => rule switch
    {
        1 => "out-of-bounds",
        2 => "misaligned",
        3 => "deadlock",
        4 => "barrier",
        5 => "sync-misuse",
        6 => "hang",
        8 => "assert",
        9 => "use-after-free",
        10 => "uninitialized",
        11 => "race",
        12 => "async-wait",
        13 => "undefined",
        14 => "const-write",
        15 => "not-device-memory",
        16 => "limit",
        17 => EmulationReport.NoteRule,
        _ => "fault",
    };

    /// <summary>The addresses of code that findings and a fault name.</summary>
    public static HashSet<ulong> Places(NativeFinding* findings, ulong count, ulong fault)
    {
        var places = new HashSet<ulong> { fault };
        for (var i = 0UL; i < count; i++)
        {
            places.Add(findings[i].ProgramCounter);
            places.Add(findings[i].OtherProgramCounter);
        }

        places.Remove(0);
        return places;
    }

    public static IReadOnlyList<EmulationReport> Read(string kernel, NativeFinding* findings, ulong count, IReadOnlyDictionary<ulong, SourceLine> lines)
    {
        var reports = new EmulationReport[count];
        for (var i = 0UL; i < count; i++)
        {
            ref var finding = ref findings[i];
            var place = lines.GetValueOrDefault(finding.ProgramCounter);
            var buffer = finding.Address == 0 ? null : AllocationMap.Find((nuint)finding.Address) ?? AllocationMap.FindNear((nuint)finding.Address);
            reports[i] = new EmulationReport(RuleName(finding.Rule), Text(ref finding))
            {
                Kernel = kernel,
                File = place?.File ?? FileOf(finding.File),
                Line = place?.Line ?? finding.Line,
                Thread = (finding.Thread[0], finding.Thread[1], finding.Thread[2]),
                Block = (finding.Block[0], finding.Block[1], finding.Block[2]),
                OtherLine = lines.GetValueOrDefault(finding.OtherProgramCounter)?.Line ?? 0,
                OtherThread = finding.HasOther == 0 ? null : (finding.OtherThread[0], finding.OtherThread[1], finding.OtherThread[2]),
                OtherBlock = finding.HasOther == 0 ? null : (finding.OtherBlock[0], finding.OtherBlock[1], finding.OtherBlock[2]),
                Buffer = buffer?.ToString(),
                Count = (int)Math.Min(finding.Count, int.MaxValue),
            };
        }

        return reports;
    }

    private static string Text(ref NativeFinding finding)
    {
        fixed (byte* message = finding.Message)
        {
            return Marshal.PtrToStringUTF8((nint)message)!;
        }
    }

    private static string? FileOf(byte* file) => file is null ? null : Marshal.PtrToStringUTF8((nint)file) is ['.', '/', .. var rest] ? rest : Marshal.PtrToStringUTF8((nint)file);
}
