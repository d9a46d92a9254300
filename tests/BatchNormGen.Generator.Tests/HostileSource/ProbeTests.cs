using System.Diagnostics;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;
using BatchNormGen.Generator.Reading;
namespace BatchNormGen.Generator.Tests.HostileSource;
public class ProbeTests
{
    [Fact]
    public void Probe()
    {
        foreach (var file in (Environment.GetEnvironmentVariable("HOSTILE_FILE") ?? "").Split(',').Where(file => file.Length > 0))
        {
            Console.Error.WriteLine($"== {file}");
            var text = file.StartsWith("chain", StringComparison.Ordinal) ? LongLayers.Chain(int.Parse(file.AsSpan(5), null), "(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()") : file.StartsWith("soft", StringComparison.Ordinal) ? LongLayers.Chain(int.Parse(file.AsSpan(4), null), "y.Softmax(axis: 1)") : File.ReadAllText(file);
            var w = Stopwatch.StartNew();
            using var cts = new CancellationTokenSource(TimeSpan.FromSeconds(100));
            var thread = new Thread(() =>
            {
                try
                {
                    var layer = Passes.Read(text); T("read");
                    var method = CodeNames.Apply(new Method(layer.Signature, System.Collections.Immutable.ImmutableArray.Create(new Case(default, layer)))); T("names");
                    layer = method.Cases[0].Layer;
                    if ((int)layer.Signature.Backward == 0) { var st = StableForms.Of(layer, cts.Token); T("stable"); }
                    var form = ClosedForm.Of(layer, cts.Token); T("closed form");
                    var plan = Planner.Run(form, cts.Token); T("plan");
                    var all = MethodPlan.Of(plan); T("method plan");
                    var s = LayerSource.Write(all); T("write " + s.Text.Length);
                    var lines = s.Text.Split('\n'); Console.Error.WriteLine($"comment {lines.Where(l => l.StartsWith("//")).Sum(l => (long)l.Length)} all {s.Text.Length} longest {lines.Max(l => l.Length)}");
                    var section = ""; foreach (var g in lines.TakeWhile(l => l.Length > 0).Select(l => { if (l.StartsWith("// ") && l.Length > 4 && l[3] != ' ') section = l.Length > 60 ? l[..60] : l; return (section, l.Length); }).GroupBy(x => x.section)) if (g.Sum(x => x.Length) > 3000) Console.Error.WriteLine($"   {g.Key}: {g.Sum(x => x.Length)}");
                }
                catch (Exception e) { T(e.ToString()); }
            }, 512 << 20);
            thread.Start(); thread.Join();
            void T(string what) { Console.Error.WriteLine($"{what}: {w.ElapsedMilliseconds} ms cpu {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds}"); w.Restart(); }
        }
    }
}
