using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>Largest absolute errors over a long batch, with inputs near zero and far from it.</summary>
internal static class Accuracy
{
    private static readonly (float Mean, float Stddev)[] Inputs = [(0.5f, 2f), (1e4f, 1f)];

    public static void Run()
    {
        var errors = AllContenders.Names.ToDictionary(name => name, _ => new List<string>());
        foreach (var (mean, stddev) in Inputs)
        {
            var workload = new Workload(new BatchNormLayer(), [32768, 256], mean, stddev);
            var reference = new Reference(workload);
            foreach (var contender in AllContenders.For(workload))
            {
                using (contender)
                {
                    contender.Step();
                    var three = Enumerable.Range(0, 3).Select(result => Report.Difference(reference.Compare(contender, result).Absolute));
                    errors[contender.Name].Add(string.Join(" / ", three));
                }
            }
        }

        var report = new Report();
        report.Text("## Batch normalization: largest absolute error of y / dx / dgamma against float64, (32768,256)");
        report.Text(AllContenders.PeerStatus);
        report.BeginTable(["contender", .. Inputs.Select(input => $"mean {input.Mean}, stddev {input.Stddev}".PadLeft(26))]);
        foreach (var (name, cells) in errors.Where(row => row.Value.Count > 0))
        {
            report.Row([name, .. cells]);
        }
        report.EndTable();
    }
}
