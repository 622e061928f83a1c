// Times operations of the managed device against ONNX Runtime's CPU provider, both in this process and in turns:
//   dotnet run -c Release --project bench/CudaKernels.Peers -- [--threads N] [PATTERN]
// Each result is compared with the peer's before it is timed. A ratio above 1 means that the managed device is the faster one.
using System.Globalization;
using CudaKernels;
using CudaKernels.Peers;
using Microsoft.ML.OnnxRuntime;

var threadsAt = Array.IndexOf(args, "--threads");
var threads = threadsAt >= 0 ? int.Parse(args[threadsAt + 1], CultureInfo.InvariantCulture) : 1;
var pattern = args.Where((_, i) => threadsAt < 0 || (i != threadsAt && i != threadsAt + 1)).FirstOrDefault() ?? "";
using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {threads} thread{(threads == 1 ? "" : "s")} each; medians of turns, random float");
Console.WriteLine();
Console.WriteLine("| operation | shape | ours, ms | ONNX Runtime, ms | ratio | largest difference |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach (var match in Matches.All.Where(match => match.Name.Contains(pattern, StringComparison.Ordinal)))
{
    Console.WriteLine(match.Play(device, threads));
}
