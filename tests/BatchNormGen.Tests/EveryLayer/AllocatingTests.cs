namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer by its methods over tensors: what they refuse, and that they agree with each other.</summary>
public class AllocatingTests
{
    [Fact]
    public void A_hostile_call_of_the_methods_over_tensors_is_refused_by_name()
    {
        var faults = new Faults();
        foreach (var layer in Layer.All)
        {
            var trial = Trial.Draw(layer, layer.Choices().First(), layer.Extents());
            foreach (var call in (Call?[])[layer.Forward, layer.Fused, layer.ValueAndGradients])
            {
                for (int i = 0; call is not null && i < trial.Inputs.Length; i++)
                {
                    if (trial.Inputs[i] is { } values)
                    {
                        Refused<ArgumentNullException>(call, trial.Arguments, i, null);
                        Refused<ArgumentException>(call, trial.Arguments, i, Longer(values));
                        if (values.Count > 1)
                        {
                            Refused<ArgumentException>(call, trial.Arguments, i, values.Elements.Strided(values.Bytes, values.Lengths));
                        }
                    }
                }
            }

            if (layer.Backward is null)
            {
                continue;
            }

            var results = (System.Runtime.CompilerServices.ITuple)layer.Forward.Invoke(trial.Arguments)!;
            object?[] backward = [.. trial.Incoming.Select(Trial.Argument), results[results.Length - 1]];
            for (int i = 0; i < trial.Incoming.Length; i++)
            {
                if (trial.Incoming[i] is { Lengths.Length: > 0 } values)
                {
                    // One that is not read may have any shape.
                    Refused<ArgumentNullException>(layer.Backward, backward, i, null);
                    Refused<ArgumentException>(layer.Backward, backward, i, Longer(values), mayPass: true);
                    Refused<ArgumentException>(layer.Backward, backward, i, values.Elements.Strided(values.Bytes, values.Lengths), mayPass: true);
                }
            }

            Refused<ArgumentNullException>(layer.Backward, backward, backward.Length - 1, null);
            Refused<InvalidOperationException>(layer.Backward, backward, backward.Length - 1, Activator.CreateInstance(layer.Cache));
            if (layer.BackwardOfLoss is { } ofLoss)
            {
                Refused<ArgumentNullException>(ofLoss, [null], 0, null);
                Refused<InvalidOperationException>(ofLoss, [null], 0, Activator.CreateInstance(layer.Cache));
            }

            void Refused<T>(Call call, object?[] valid, int i, object? bad, bool mayPass = false) where T : Exception
            {
                var arguments = (object?[])valid.Clone();
                arguments[i] = bad;
                try
                {
                    object? result = call.Invoke(arguments);
                    if (!mayPass || trial.Gradients.Zip(Trial.ReadAll(result!)).Any(pair => pair.First.Difference(pair.Second.Bytes) is not null))
                    {
                        faults.Add($"{trial}: {call.Method.Name} takes a wrong {call.Parameters[i].Name}.");
                    }
                }
                catch (T error) when (error is not ArgumentException || (error as ArgumentException)?.ParamName == call.Parameters[i].Name)
                {
                }
                catch (Exception error)
                {
                    faults.Add($"{trial}: {call.Method.Name} refuses a wrong {call.Parameters[i].Name} by {error.GetType().Name}: {error.Message}");
                }
            }
        }

        faults.AssertNone();

        static object Longer(Values values) => values.Elements.Tensor(values.Bytes, [.. values.Lengths, 1]);
    }

    [Fact]
    public void What_is_computed_in_one_go_is_what_the_pair_computes()
    {
        var faults = new Faults();
        foreach (var layer in Layer.All)
        {
            foreach (var choices in layer.Choices())
            {
                var trial = Trial.Draw(layer, choices, layer.Extents());
                if (layer.Form == BackwardForm.ClosedForm)
                {
                    Compare("Fused", trial.Outputs, Trial.ReadAll(layer.Fused.Invoke(trial.Arguments)!));
                }

                if (layer.ValueAndGradients is { } both)
                {
                    var results = (System.Runtime.CompilerServices.ITuple)layer.Forward.Invoke(trial.Arguments)!;
                    Values[] expected = [trial.Outputs[0], .. Trial.ReadAll(layer.BackwardOfLoss!.Invoke(results[results.Length - 1])!)];
                    Compare("ValueAndGradients", expected, Trial.ReadAll(both.Invoke(trial.Arguments)!));
                }

                void Compare(string what, Values[] expected, Values[] actual)
                {
                    Assert.Equal(expected.Length, actual.Length);
                    faults.AddRange(expected.Zip(actual).Where(pair => pair.First.Difference(pair.Second.Bytes) is not null).Select(_ => $"{trial}: {what} has other bits."));
                }
            }
        }

        faults.AssertNone();
    }
}
