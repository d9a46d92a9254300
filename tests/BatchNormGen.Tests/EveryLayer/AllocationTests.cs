namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer, in small sizes: a step over spans allocates nothing.</summary>
public class AllocationTests
{
    [Fact]
    public void The_pair_over_spans_allocates_nothing()
    {
        var faults = new Faults();
        foreach (var layer in Layer.All.Where(layer => layer.AllocatesNothing))
        {
            foreach (var choices in layer.Choices())
            {
                faults.AddRange(new SpanRun(Trial.Draw(layer, choices, layer.Extents()), Place.New).Allocations(allThreads: false));
            }
        }

        faults.AssertNone();
    }
}
