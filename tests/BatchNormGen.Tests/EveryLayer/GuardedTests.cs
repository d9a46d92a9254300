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
                            Run(trial);
                        }
                    }
                }

                if (layer.Axes.Length == 0)
                {
                    computed++;
                    Run(Trial.Draw(layer, choices, []));
                }
            }

            if (computed == 0)
            {
                faults.Add($"{layer} refuses all shapes.");
            }
        }

        faults.AssertNone();

        void Run(Trial trial)
        {
            foreach (bool atEnd in (bool[])[true, false])
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
