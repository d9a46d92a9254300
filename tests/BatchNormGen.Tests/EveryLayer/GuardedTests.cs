using BatchNormGen.Tests.Kernels;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer on memory that ends and begins at pages that nobody may touch, in all sizes up to 67 of each axis.</summary>
public class GuardedTests
{
    private const int Largest = 67;

    /// <summary>The layers in parts, which run side by side.</summary>
    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 8)];

    [Theory, MemberData(nameof(Parts))]
    public void Nothing_outside_the_buffers_is_touched_and_the_results_are_those_of_the_allocating_pair(int part)
    {
        var memory = new GuardedMemory();
        var faults = new Faults();
        foreach (var layer in Layer.All.Where((_, i) => i % Parts.Count == part))
        {
            int computed = 0;
            foreach (var choices in layer.Choices())
            {
                foreach (var axis in layer.Axes)
                {
                    for (int extent = 0; extent <= Largest; extent++)
                    {
                        var trial = Trial.Draw(layer, choices, layer.Extents(axis, extent));
                        if (trial.Refusal is null)
                        {
                            computed++;
                            Run(trial, Starts(extent));
                        }
                    }
                }

                if (layer.Axes.Length == 0)
                {
                    computed++;
                    Run(Trial.Draw(layer, choices, []), true);
                }
            }

            if (computed == 0)
            {
                faults.Add($"{layer} refuses all shapes.");
            }
        }

        faults.AssertNone();

        // Code runs upwards in memory: what goes too far goes behind the end. Where it might begin too early depends on the
        // remainders of the vectors, and not on how many of them there are.
        static bool Starts(int extent) => extent is < 10 or 15 or 16 or 17 or 31 or 32 or 33 or > 62;

        void Run(Trial trial, bool withStarts)
        {
            foreach (bool atEnd in withStarts ? (bool[])[true, false] : [true])
            {
                memory.AtEnd = atEnd;
                memory.Reset();
                var run = new SpanRun(trial, memory.Take);
                run.Clear();
                run.Forward();
                run.Backward();
                faults.AddRange(run.Differences());
                if (!memory.IsIntact())
                {
                    faults.Add($"{trial} writes outside its buffers.");
                }
            }
        }
    }
}
