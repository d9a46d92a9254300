#if TORCH
using System.Runtime.InteropServices;
using TorchSharp;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>Whether libtorch is there, found out once.</summary>
internal static class TorchLibrary
{
    private static readonly string? Failure = Load();

    public static bool IsLoaded => Failure is null;

    public static string Status => Failure is null
        ? $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)} on libtorch {torch.__version__}."
        : $"torch: the native library does not load, so its columns read '-' (README.md says what helps): {Failure}";

    /// <summary>
    /// Loads ahead of TorchSharp, and in its order: where a library does not load, TorchSharp copies all of libtorch to a second place,
    /// tries that, and writes a page to the console that leaves out the reason.
    /// </summary>
    private static string? Load()
    {
        try
        {
            foreach (var library in new[] { "torch_cpu", "LibTorchSharp" })
            {
                NativeLibrary.Load(library, typeof(torch).Assembly, searchPath: null);
            }
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            return Reason(failure.Message);
        }
    }

    /// <summary>The runtime's message has a line for every file it tried; most of them only say that there is none.</summary>
    private static string Reason(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Skip(1).FirstOrDefault(line => !line.Contains("No such file")) ?? lines[0];
    }
}
#endif
