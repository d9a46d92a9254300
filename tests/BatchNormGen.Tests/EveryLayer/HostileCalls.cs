using System.Globalization;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Makes calls of one layer's pair over spans in which something is wrong, and says which of them are not refused as they should be.</summary>
internal sealed class HostileCalls
{
    private readonly Trial trial;
    private readonly GuardedMemory memory;
    private readonly Faults faults;
    private readonly Layer layer;
    private readonly SpanRun run;
    private readonly HashSet<string> names;

    private HostileCalls(Trial trial, GuardedMemory memory, Faults faults)
    {
        (this.trial, this.memory, this.faults, layer) = (trial, memory, faults, trial.Layer);
        run = new(trial, memory.Take);
        names = [.. layer.Parameters.Select(parameter => parameter.Name), .. layer.Parameters.SelectMany(parameter => parameter.Axes)];
    }

    /// <summary>How many calls were made.</summary>
    public int Count { get; private set; }

    /// <summary>Makes all calls.</summary>
    /// <returns>How many they were.</returns>
    public static int Make(Trial trial, GuardedMemory memory, Faults faults)
    {
        memory.Reset();
        var calls = new HostileCalls(trial, memory, faults);
        calls.run.Clear();
        calls.Caches();
        calls.run.Forward();
        SpanRun.Fill(calls.run.Outputs);
        calls.Forwards();
        if (trial.Layer.BackwardInto is not null)
        {
            calls.Backwards();
        }

        return calls.Count;
    }

    // ---- Forward ------------------------------------------------------------------------------------------------------

    private void Forwards()
    {
        var (call, valid) = (layer.ForwardInto, run.ForwardArguments);
        for (int i = 0; i < layer.Parameters.Length; i++)
        {
            if (run.Inputs[i] is not { } input)
            {
                Scalar(i);
                continue;
            }

            Tensor(call, valid, i, mayPass: FitsOtherwise);
            if (input.Elements.Type == typeof(int) && layer.Name != "CustomGradients.OfLabels")
            {
                // There a method of the user's own takes the labels, and whatever they are.
                Labels(i, input);
            }

            for (int output = 0; output < run.Outputs.Length; output++)
            {
                if (run.Outputs[output] is Place target && input.Elements == target.Elements && input.Bytes > 0 && target.Bytes > 0)
                {
                    foreach (var (first, second) in Overlaps(input, target))
                    {
                        Refused(call, With(valid, (i, first), (run.Inputs.Length + output, second)), layer.Outputs[output].Name!);
                    }
                }
            }
        }

        for (int output = 0; output < run.Outputs.Length; output++)
        {
            if (run.Outputs[output] is Place)
            {
                Tensor(call, valid, run.Inputs.Length + output);
            }
        }

        Pairs(call, valid, run.Inputs.Length, run.Outputs);
        Refused(call, With(valid, (valid.Length - 1, null)), "cache", exactly: typeof(ArgumentNullException));
    }

    /// <summary>Whether the forward computes what was given, so that an axis that only one tensor has was changed.</summary>
    private bool FitsOtherwise(object?[] arguments)
    {
        var tensors = arguments[..layer.Parameters.Length].Select((argument, i) => argument is Place place ? place.Elements.Tensor(place.Memory.ToArray(), place.Lengths) : argument);
        var lengths = Trial.ReadAll(layer.Fused.Invoke([.. tensors])!).Select(values => values.Lengths);
        return lengths.Zip(trial.Outputs).All(pair => pair.First.SequenceEqual(pair.Second.Lengths));
    }

    private void Scalar(int i)
    {
        object?[] values = layer.Parameters[i] switch
        {
            { Type: var type } when type == typeof(int) => [0, -1, 3, int.MaxValue, int.MinValue],
            { Type.IsEnum: true, Type: var type } => [Enum.ToObject(type, 99)],
            _ => [],
        };
        foreach (object? value in values)
        {
            Refused(layer.ForwardInto, With(run.ForwardArguments, (i, value)), layer.Parameters[i].Name, mayPass: layer.Parameters[i].Type.IsEnum ? null : _ => true, orAxis: true);
        }
    }

    private void Labels(int i, Place labels)
    {
        foreach (int label in (int[])[-1, int.MinValue, int.MaxValue, 10_000])
        {
            if (labels.Bytes > 0)
            {
                var bad = memory.Take(labels.Elements, labels.Lengths);
                labels.Memory.CopyTo(bad.Memory);
                BitConverter.TryWriteBytes(bad.Memory[^sizeof(int)..], label);
                Refused(layer.ForwardInto, With(run.ForwardArguments, (i, bad)), layer.Parameters[i].Name, [label.ToString(CultureInfo.InvariantCulture)], typeof(ArgumentOutOfRangeException), mayPass: _ => AreUnread());
            }
        }
    }

    /// <summary>Whether the outputs are right, whatever the labels were: some cases do not read them.</summary>
    private bool AreUnread() => trial.Outputs.Zip(run.Outputs).All(pair => pair.First.Difference(SpanRun.Bytes(pair.Second)) is null);

    // ---- Backward -----------------------------------------------------------------------------------------------------

    private void Backwards()
    {
        var (call, valid) = (layer.BackwardInto!, run.BackwardArguments);
        int cache = Array.IndexOf(valid, run.Cache);
        Whole();
        for (int i = 0; i < cache; i++)
        {
            if (valid[i] is not Place input || !Refused(call, With(valid, (i, null)), call.Parameters[i].Name!, ["default"], mayPass: _ => IsRight(valid)))
            {
                continue;
            }

            Tensor(call, valid, i, withDefault: false);
            for (int gradient = 0; gradient < run.Gradients.Length; gradient++)
            {
                if (run.Gradients[gradient] is Place target && input.Elements == target.Elements && input.Bytes > 0 && target.Bytes > 0)
                {
                    foreach (var (first, second) in Overlaps(input, target))
                    {
                        int place = cache + 1 + gradient;
                        var arguments = With(valid, (i, first), (place, second));
                        Refused(call, arguments, call.Parameters[place].Name!, mayPass: _ => IsRight(arguments));
                    }
                }
            }
        }

        for (int i = cache + 1; i < valid.Length - 1; i++)
        {
            if (valid[i] is Place)
            {
                Tensor(call, valid, i, withDefault: false);
                Refused(call, With(valid, (i, null)), call.Parameters[i].Name!, mayPass: arguments => IsRight(arguments));
            }
        }

        Pairs(call, valid, cache + 1, run.Gradients);
        Refused(call, With(valid, (cache, null)), "cache", exactly: typeof(ArgumentNullException));
        Refused(call, With(valid, (cache, Activator.CreateInstance(layer.Cache))), null, [$"{layer.Method}Forward"], exactly: typeof(InvalidOperationException));

        // The cache has come through all of this, and through what the forward refused.
        Whole();
        Extents();
    }

    /// <summary>The right call.</summary>
    private void Whole()
    {
        layer.BackwardInto!.Invoke(run.BackwardArguments);
        if (!IsRight(run.BackwardArguments))
        {
            faults.Add($"{trial}: refused calls have spoilt the cache.");
        }

        SpanRun.Fill(run.Gradients);
    }

    /// <summary>A forward with other extents fills the cache; what belongs to the one before does not fit any more.</summary>
    private void Extents()
    {
        if (layer.Axes.Length == 0)
        {
            return;
        }

        var other = Trial.Draw(layer, trial.Choices, layer.Axes.ToDictionary(axis => axis, axis => trial.Extents[axis] + (layer.HasParts ? Layer.Parts : 1)));
        if (other.Refusal is not null)
        {
            return;
        }

        new SpanRun(other, memory.Take, run.Cache).Forward();
        Refused(layer.BackwardInto!, run.BackwardArguments, layer.BackwardInto!.Parameters[Array.FindIndex(run.BackwardArguments, argument => argument is Place)].Name!, orAxis: true);
    }

    /// <summary>Whether the gradients are those of the allocating backward, where they were wanted. Then they are cleared, and inputs that were overwritten are restored.</summary>
    private bool IsRight(object?[] arguments)
    {
        bool isRight = trial.Gradients.Zip(arguments[(Array.IndexOf(arguments, run.Cache) + 1)..^1]).All(pair => pair.Second is null || pair.First.Difference(SpanRun.Bytes(pair.Second)) is null);
        run.Restore();
        return isRight;
    }

    // ---- Caches -------------------------------------------------------------------------------------------------------

    private void Caches()
    {
        var inUse = layer.Cache.GetField("isInUse", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!;
        foreach (var (call, arguments) in (IEnumerable<(Call?, object?[])>)[(layer.ForwardInto, run.ForwardArguments), (layer.BackwardInto, run.BackwardArguments)])
        {
            if (call is not null)
            {
                inUse.SetValue(run.Cache, true);
                Refused(call, arguments, null, ["in use"], exactly: typeof(InvalidOperationException));
                Assert.Equal(true, inUse.GetValue(run.Cache));
                inUse.SetValue(run.Cache, false);
            }
        }
    }

    // ---- Tensors ------------------------------------------------------------------------------------------------------

    /// <summary>All that can be wrong with one tensor.</summary>
    private void Tensor(Call call, object?[] valid, int i, Func<object?[], bool>? mayPass = null, bool withDefault = true)
    {
        var good = (Place)valid[i]!;
        string name = call.Parameters[i].Name!;
        var lengths = good.Lengths;
        if (withDefault)
        {
            Refused(call, With(valid, (i, null)), name, ["default"]);
        }

        Refused(call, With(valid, (i, Like(good, [.. lengths, 1]))), name, ["expected", Text([.. lengths, 1])]);
        if (lengths.Length > 1)
        {
            nint[] joined = [lengths[0] * lengths[1], .. lengths[2..]];
            Refused(call, With(valid, (i, Like(good, joined))), name, ["expected", Text(joined)]);
        }

        for (int axis = 0; axis < lengths.Length; axis++)
        {
            foreach (int change in (int[])[1, -1])
            {
                nint[] changed = [.. lengths];
                changed[axis] += change;
                if (changed[axis] >= 0)
                {
                    Refused(call, With(valid, (i, Like(good, changed))), name, mayPass: mayPass, orAxis: true);
                }
            }
        }

        nint[] huge = [.. lengths];
        (huge[0], huge[^1]) = (lengths.Length == 1 ? huge[0] : 0, nint.MaxValue / 64);
        if (lengths.Length > 1)
        {
            Refused(call, With(valid, (i, Like(good, huge))), name, [Text(huge)], orAxis: true);
        }

        if (lengths[^1] > 1)
        {
            nint[] wide = [.. lengths[..^1], 2 * lengths[^1]];
            Refused(call, With(valid, (i, Like(good, wide).As(lengths, [.. Strides(lengths).Select(stride => 2 * stride)]))), name, ["dense", Text(lengths)]);
        }

        if (lengths.Length > 1 && lengths[^1] > 1 && lengths[^2] > 1 && good.Bytes > 0)
        {
            nint[] strides = Strides(lengths);
            (strides[^2], strides[^1]) = (1, lengths[^2]);
            Refused(call, With(valid, (i, good.As(lengths, strides))), name, ["dense", Text(lengths)]);
        }
    }

    /// <summary>Pairs of results that share memory.</summary>
    private void Pairs(Call call, object?[] valid, int first, object[] targets)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (targets[i] is Place { Bytes: > 0 } one && targets[j] is Place { Bytes: > 0 } other)
                {
                    foreach (var (left, right) in Overlaps(one, other))
                    {
                        Refused(call, With(valid, (first + i, left), (first + j, right)), call.Parameters[first + i].Name!, orAxis: true);
                    }
                }
            }
        }
    }

    /// <summary>The same two tensors in shared memory: at the same place, and each one element behind the start of the other.</summary>
    private IEnumerable<(Place First, Place Second)> Overlaps(Place first, Place second)
    {
        foreach (var (before, after) in (IEnumerable<(int, int)>)[(0, 0), (0, 1), (1, 0)])
        {
            var (behind, ahead) = (first.Bytes / first.Elements.Size, second.Bytes / second.Elements.Size);

            // One element behind the start of a tensor of one element is no overlap.
            if ((after > 0 && behind <= after) || (before > 0 && ahead <= before))
            {
                continue;
            }

            var shared = memory.Take(first.Elements, [Math.Max(before + behind, after + ahead)]);
            var (left, right) = (shared.Behind(before, first), shared.Behind(after, second));
            right.Memory.Fill(SpanRun.Pattern);
            first.Memory.CopyTo(left.Memory);
            yield return (left, right);
        }
    }

    /// <summary>A tensor of other lengths, with as many of the same values as there are.</summary>
    private Place Like(Place good, nint[] lengths)
    {
        var place = memory.Take(good.Elements, lengths);
        for (int i = 0; i < place.Bytes; i++)
        {
            place.Memory[i] = good.Bytes == 0 ? (byte)0 : good.Memory[i % good.Bytes];
        }

        return place;
    }

    private static nint[] Strides(nint[] lengths)
    {
        var strides = new nint[lengths.Length];
        nint stride = 1;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            // The base class library wants it so along an axis of one element.
            strides[axis] = lengths[axis] == 1 ? 0 : stride;
            stride *= lengths[axis];
        }

        return strides;
    }

    private static object?[] With(object?[] valid, params ReadOnlySpan<(int Place, object? Value)> changes)
    {
        var arguments = (object?[])valid.Clone();
        foreach (var (place, value) in changes)
        {
            arguments[place] = value;
        }

        return arguments;
    }

    private static string Text(nint[] lengths) => $"[{string.Join(", ", lengths)}]";

    // ---- Refusals -----------------------------------------------------------------------------------------------------

    /// <summary>Makes a call that has to be refused.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="name">The parameter that has to be named.</param>
    /// <param name="parts">What the message has to contain.</param>
    /// <param name="exactly">The type of the exception; if none is given, <see cref="ArgumentException"/>.</param>
    /// <param name="mayPass">Says whether it was right that the call was not refused.</param>
    /// <param name="orAxis">Whether another parameter may be named, which does not fit this one, or an axis.</param>
    /// <returns>Whether it was refused.</returns>
    private bool Refused(Call call, object?[] arguments, string? name, string[]? parts = null, Type? exactly = null, Func<object?[], bool>? mayPass = null, bool orAxis = false)
    {
        Count++;
        var before = arguments.Select(argument => SpanRun.Bytes(argument).ToArray()).ToArray();
        Exception? error = null;
        try
        {
            call.Invoke(arguments);
        }
        catch (Exception exception)
        {
            error = exception;
        }

        string what = $"{trial}: {call.Method.Name}({string.Join(", ", arguments.Select((argument, i) => $"{call.Parameters[i].Name}{(argument is Place { Lengths: var lengths, Strides: var strides } ? Text(lengths) + (strides is null ? "" : " in strides " + Text(strides)) : argument is null ? " null" : "")}"))})";
        if (error is null)
        {
            if (mayPass is null || !mayPass(arguments))
            {
                faults.Add($"{what} is not refused.");
            }

            run.Restore();
            if (call == layer.ForwardInto)
            {
                run.Forward();
            }

            run.Clear();
            return false;
        }

        if (!arguments.Select((argument, i) => SpanRun.Bytes(argument).SequenceEqual(before[i])).All(same => same))
        {
            faults.Add($"{what} is refused, but something has been written.");
        }

        if (error.GetType() != (exactly ?? typeof(ArgumentException)) && !(orAxis && error is ArgumentException))
        {
            faults.Add($"{what}: {error.GetType().Name} is the wrong exception: {error.Message}");
            return true;
        }

        string? named = (error as ArgumentException)?.ParamName;
        if (named != name && !(orAxis && IsFitting(call, arguments, named, error.Message)))
        {
            faults.Add($"{what} should name {name}, but names {named}: {error.Message}");
        }

        foreach (string part in parts ?? [])
        {
            if (!error.Message.Contains(part, StringComparison.Ordinal))
            {
                faults.Add($"{what} should tell {part}: {error.Message}");
            }
        }

        return true;
    }

    /// <summary>Whether a message names a parameter of the call, with its shape if that is a tensor, or else an axis.</summary>
    private bool IsFitting(Call call, object?[] arguments, string? named, string message)
    {
        int i = Array.FindIndex(call.Parameters, parameter => parameter.Name == named);
        return i >= 0 ? arguments[i] is not Place place || message.Contains(Text(place.Lengths), StringComparison.Ordinal) || message.Contains("overlaps", StringComparison.Ordinal) || message.Contains("is empty", StringComparison.Ordinal)
            : named is not null && names.Overlaps(named.Split(" * "));
    }
}
