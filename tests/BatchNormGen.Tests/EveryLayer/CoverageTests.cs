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
        TestContext.Current.SendDiagnosticMessage("{0} methods, {1} layers with their element types", reached.Count, Layer.All.Count);
    }

    [Fact]
    public void What_the_staged_body_refuses_is_refused_and_nothing_else()
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
                        if (trial.Refusal is null != staged is null)
                        {
                            faults.Add($"{trial}: {trial.Refusal?.Message ?? "taken"}, but staged {staged?.Message ?? "taken"}");
                        }

                        if (trial.Refusal is { } refusal && (Record(layer.Fused, trial) as ArgumentException)?.Message != refusal.Message)
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
