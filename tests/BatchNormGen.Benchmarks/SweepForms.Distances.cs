using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks;

/// <content>What it costs that a result lies a little behind what it is made from, modulo 4096: see <see cref="Writings.Follows"/>.</content>
internal sealed partial class SweepForms
{
    private const int Page = 4096, Elements = 64 * 1024;

    private static readonly int[] Distances = [-64, 0, 8, 32, 64, 128, 192, 256, 512, 2048];

    private void WriteDistances<V>()
        where V : struct, ILanes<V, float>
    {
        report.Text($"x·scale + g for {Elements} elements in cache, where the result lies so many bytes behind x and g, modulo {Page}");
        report.BeginTable(["written", .. Distances.Select(distance => $"{distance}")]);
        (string Name, Action<Placed> Run)[] forms =
            [("through the caches", placed => Scale<V, Replacing>(placed, Writing.Replace)), ("past them", placed => Scale<V, Streaming>(placed, Writing.Stream))];
        foreach (var (name, run) in forms)
        {
            Action[] calls = [.. Distances.Select(distance => new Placed(distance)).Select(placed => (Action)(() => run(placed)))];
            foreach (var call in calls)
            {
                Timing.WarmUp(call);
            }

            report.Row([name, .. Timing.Medians(calls, rounds, TimeSpan.Zero).Select(time => Report.Milliseconds(time))]);
        }

        report.EndTable();
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Scale<V, W>(Placed placed, Writing writing)
        where V : struct, ILanes<V, float>
        where W : struct, IWriter
    {
        ReadOnlySpan<float> x = placed.X, g = placed.G;
        var y = placed.Y;
        var scale = V.Constant(2);
        for (var i = 0; i < Elements; i += V.Count)
        {
            W.Write(V.MultiplyAdd(V.Load(x, i), scale, V.Load(g, i)), y, i, writing);
        }
    }

    /// <summary>Memory whose place in a page is known. The result is aligned, so that it can go past the caches.</summary>
    private sealed class Placed(int distance)
    {
        private readonly float[] x = Allocate(), g = Allocate(), y = Allocate();

        public ReadOnlySpan<float> X => At(x, Page - distance);

        public ReadOnlySpan<float> G => At(g, Page - distance);

        public Span<float> Y => At(y, Page);

        private static float[] Allocate() => GC.AllocateArray<float>(Elements + (3 * Page / sizeof(float)), pinned: true);

        /// <summary>The elements that begin so many bytes behind the first page of an array.</summary>
        private static Span<float> At(float[] array, int bytes)
        {
            var first = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (Page - 1));
            return array.AsSpan((first + bytes) / sizeof(float), Elements);
        }
    }
}
