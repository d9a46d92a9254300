using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Benchmarks;

/// <summary>What the figures were made on.</summary>
internal static class Machine
{
    public static string Description =>
        $"{Processor}{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, " +
        $"vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits";

    /// <summary>As Linux names it; empty elsewhere.</summary>
    private static string Processor
    {
        get
        {
            const string Processors = "/proc/cpuinfo";
            var line = File.Exists(Processors) ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
            return line is null ? "" : $"{line[(line.IndexOf(':') + 1)..].Trim()}, ";
        }
    }
}
