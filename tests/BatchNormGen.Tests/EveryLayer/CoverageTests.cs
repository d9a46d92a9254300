namespace BatchNormGen.Tests.EveryLayer;

/// <summary>That every layer really is every layer.</summary>
public class CoverageTests
{
    [Fact]
    public void Each_method_that_is_marked_is_reached()
    {
        var reached = Layer.All.Select(layer => layer.Staged.Method).Select(method => method.IsGenericMethod ? method.GetGenericMethodDefinition() : method).ToHashSet();
        var missing = Layer.Methods.Where(method => !reached.Contains(method)).Select(method => $"{method.DeclaringType!.Name}.{method.Name}");
        Assert.Equal(Layer.Broken.Order(), missing.Order());
        Assert.True(reached.Count >= 550, $"{reached.Count} layers are fewer than there were.");
    }

    [Fact]
    public void What_the_staged_body_refuses_is_refused_and_else_only_what_cannot_be_divided()
    {
        var faults = new Faults();
        foreach (var layer in Layer.All)
        {
            foreach (var choices in layer.Choices())
            {
                foreach (string axis in layer.Axes)
                {
                    foreach (int extent in (int[])[0, 1, 2, 7])
                    {
                        var trial = Trial.Draw(layer, choices, layer.Extents(axis, extent));
                        var staged = Record(layer.Staged, trial);

                        if (staged is not null && trial.Refusal is null)
                        {
                            faults.Add($"{trial} is taken, but the staged body says {staged.Message}");
                        }

                        if (trial.Refusal is not { } refusal || layer.Form == BackwardForm.Staged)
                        {
                            continue;
                        }

                        // A body that reshapes may split several axes together, where the generated code splits one of them.
                        if (staged is null && !refusal.Message.Contains("cannot be divided", StringComparison.Ordinal))
                        {
                            faults.Add($"{trial} is taken by the staged body: {refusal.Message}");
                        }

                        if (Record(layer.Fused, trial) is not ArgumentException fused || fused.Message != refusal.Message)
                        {
                            faults.Add($"{trial}: fused does not say {refusal.Message}");
                        }
                    }
                }
            }
        }

        faults.AssertNone();

        static Exception? Record(Call call, Trial trial)
        {
            try
            {
                call.Invoke(trial.Arguments);
                return null;
            }
            catch (Exception error)
            {
                return error;
            }
        }
    }
}
