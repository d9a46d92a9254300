namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer, called wrongly in every way that a list of arguments can be wrong.</summary>
public class HostileTests
{
    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 4)];

    [Theory, MemberData(nameof(Parts))]
    public void A_hostile_call_of_the_pair_over_spans_is_refused_by_name_and_writes_nothing(int part)
    {
        var memory = new GuardedMemory { AtEnd = true };
        var faults = new Faults();
        foreach (var layer in Layer.All.Where((_, i) => i % Parts.Count == part))
        {
            int calls = 0;
            foreach (var choices in layer.Choices())
            {
                var trial = Trial.Draw(layer, choices, layer.Extents());
                Assert.Null(trial.Refusal);
                calls += HostileCalls.Make(trial, memory, faults);
            }

            Assert.True(calls > 5);
        }

        faults.AssertNone();
    }
}
