namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer, with each gradient in the very memory of each tensor that the backward takes: what is not safe is refused, what is taken is right.</summary>
public class InPlaceTests
{
    private const int Extent = 37;

    [Theory, InlineData(false), InlineData(true)]
    public void A_gradient_in_the_place_of_an_input_is_right_or_refused(bool accumulate)
    {
        var faults = new Faults();
        int taken = 0, refused = 0;
        foreach (var layer in Layer.All.Where(layer => layer.BackwardInto is not null))
        {
            foreach (var choices in layer.Choices())
            {
                var trial = Trial.Draw(layer, choices, layer.LargeExtents(Extent * Extent));
                var run = new SpanRun(trial, Place.New);
                run.Forward();
                int inputs = Array.IndexOf(run.BackwardArguments, run.Cache);
                for (int input = 0; input < inputs; input++)
                {
                    for (int gradient = 0; gradient < run.Gradients.Length; gradient++)
                    {
                        if (run.BackwardArguments[input] is Place place && run.Gradients[gradient] is Place target && place.Elements == target.Elements && place.Bytes == target.Bytes && place.Bytes > 0)
                        {
                            Check(run, input, inputs + 1 + gradient, gradient);
                        }
                    }
                }
            }
        }

        faults.AssertNone();
        Assert.True(taken > 300 && refused > 300, FormattableString.Invariant($"{taken} taken, {refused} refused"));

        void Check(SpanRun run, int input, int place, int gradient)
        {
            // What the gradient is where it has memory of its own, which holds the same.
            var call = run.Trial.Layer.BackwardInto!;
            var arguments = (object?[])run.BackwardArguments.Clone();
            var shared = (Place)arguments[input]!;
            byte[] before = shared.Memory.ToArray();
            var target = (Place)run.Gradients[gradient];
            before.CopyTo(target.Memory);
            arguments[^1] = accumulate;
            ZeroOthers();
            call.Invoke(arguments);
            byte[] expected = target.Memory.ToArray();

            arguments[place] = new Place { Elements = target.Elements, Address = shared.Address, Bytes = target.Bytes, Lengths = target.Lengths };
            string what = $"{run.Trial}: {call.Parameters[place].Name} in the place of {call.Parameters[input].Name}";
            try
            {
                ZeroOthers();
                call.Invoke(arguments);
                taken++;
                if (target.Elements.Difference(expected, shared.Memory) >= 0)
                {
                    faults.Add($"{what} is taken and wrong.");
                }

                if (!accumulate && run.Trial.Gradients.Where((values, i) => i != gradient && values.Difference(SpanRun.Bytes(run.Gradients[i])) is not null).Any())
                {
                    faults.Add($"{what} makes another gradient wrong.");
                }
            }
            catch (ArgumentException error)
            {
                refused++;
                if (error.ParamName != call.Parameters[place].Name || !before.AsSpan().SequenceEqual(shared.Memory))
                {
                    faults.Add($"{what} is refused in the wrong way: {error.Message}");
                }
            }

            before.CopyTo(shared.Memory);

            void ZeroOthers()
            {
                for (int i = 0; i < run.Gradients.Length; i++)
                {
                    if (i != gradient)
                    {
                        SpanRun.Bytes(run.Gradients[i]).Clear();
                    }
                }
            }
        }
    }
}
