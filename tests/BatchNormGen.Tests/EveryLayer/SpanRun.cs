using System.Runtime.InteropServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>The arguments of the pair over spans for a trial, in memory that is given piece by piece.</summary>
internal sealed class SpanRun
{
    /// <summary>What memory holds before anything is written to it.</summary>
    public const byte Pattern = 0xA7;

    /// <param name="trial">The layer and its values.</param>
    /// <param name="allocate">Gives memory for a tensor of these elements and lengths.</param>
    /// <param name="cache">The cache; a new one if none is given.</param>
    public SpanRun(Trial trial, Func<Elements, nint[], Place> allocate, object? cache = null)
    {
        var layer = trial.Layer;
        Trial = trial;
        Cache = cache ?? Activator.CreateInstance(layer.Cache)!;
        Inputs = [.. trial.Inputs.Select(values => values is null ? null : Place(values))];
        Outputs = [.. trial.Outputs.Select(Target)];
        Incoming = [.. trial.Incoming.Select(values => values.Lengths.Length == 0 ? Trial.Argument(values) : Place(values))];
        Gradients = [.. trial.Gradients.Select(Target)];
        ForwardArguments = [.. Inputs.Select((place, i) => place ?? trial.Arguments[i]), .. Outputs, Cache];
        BackwardArguments = [.. Incoming, .. Inputs.Where(place => place is not null), Cache, .. Gradients, false];

        Place Place(Values values)
        {
            var place = allocate(values.Elements, values.Lengths);
            values.Bytes.CopyTo(place.Memory);
            return place;
        }

        object Target(Values values) => values.Lengths.Length > 0 ? allocate(values.Elements, values.Lengths) : Array.CreateInstance(values.Elements.Type, 1);
    }

    public Trial Trial { get; }

    public object Cache { get; }

    public Place?[] Inputs { get; }

    /// <summary>Places, and arrays of one element for what is <c>out</c>.</summary>
    public object[] Outputs { get; }

    public object[] Incoming { get; }

    /// <inheritdoc cref="Outputs"/>
    public object[] Gradients { get; }

    public object?[] ForwardArguments { get; }

    /// <summary>The last says whether to accumulate.</summary>
    public object?[] BackwardArguments { get; }

    public void Forward() => Trial.Layer.ForwardInto.Invoke(ForwardArguments);

    public void Backward() => Trial.Layer.BackwardInto?.Invoke(BackwardArguments);

    /// <summary>Writes the pattern to all that receives results.</summary>
    public void Clear()
    {
        Fill(Outputs);
        Fill(Gradients);
    }

    /// <summary>Writes the pattern.</summary>
    public static void Fill(object[] targets)
    {
        foreach (object target in targets)
        {
            Bytes(target).Fill(Pattern);
        }
    }

    /// <summary>Gives the inputs their values again.</summary>
    public void Restore()
    {
        foreach (var (values, place) in Trial.Inputs.Concat(Trial.Incoming).Zip(Inputs.Concat(Incoming.Select(incoming => incoming as Place))))
        {
            values?.Bytes.CopyTo(place is null ? new byte[values.Bytes.Length] : place.Memory);
        }
    }

    /// <summary>The methods that allocate, in words; each has run before, and the least of five calls counts: the runtime itself allocates now and then.</summary>
    /// <param name="allThreads">Whether what other threads allocate counts as well. Then nothing else may be running.</param>
    public IEnumerable<string> Allocations(bool allThreads)
    {
        var accumulating = (object?[])[.. BackwardArguments[..^1], true];
        foreach (var (name, step) in (IEnumerable<(string, Action)>)[("forward", Forward), ("backward", Backward), ("backward that accumulates", () => Trial.Layer.BackwardInto?.Invoke(accumulating))])
        {
            step();
            long least = long.MaxValue;
            for (int i = 0; i < 5 && least > 0; i++)
            {
                long before = Allocated();
                step();
                least = Math.Min(least, Allocated() - before);
            }

            if (least > 0)
            {
                yield return FormattableString.Invariant($"{Trial}: the {name} allocates {least} bytes.");
            }
        }

        long Allocated() => allThreads ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>What is in other places than it should be, in words: results that differ, and inputs that were changed.</summary>
    public IEnumerable<string> Differences()
    {
        var layer = Trial.Layer;
        return Compare(layer.Outputs.Select(output => output.Name!), Trial.Outputs, Outputs)
            .Concat(Compare(layer.Gradients.Select(gradient => gradient.Name!), Trial.Gradients, Gradients))
            .Concat(Compare(layer.Parameters.Select(parameter => parameter.Name), Trial.Inputs, Inputs))
            .Concat(Compare(layer.Incoming.Select(incoming => incoming.Name!), Trial.Incoming, Incoming));
    }

    /// <summary>The memory of a tensor, or of what is <c>out</c>; empty for other arguments.</summary>
    public static Span<byte> Bytes(object? target) => target switch
    {
        Place place => place.Memory,
        float[] scalar => MemoryMarshal.AsBytes(scalar.AsSpan()),
        double[] scalar => MemoryMarshal.AsBytes(scalar.AsSpan()),
        _ => [],
    };

    private IEnumerable<string> Compare(IEnumerable<string> names, IEnumerable<Values?> expected, IEnumerable<object?> actual)
    {
        foreach (var (name, values, place) in names.Zip(expected, actual))
        {
            if (values is not null && place is Place or Array && values.Difference(Bytes(place)) is { } difference)
            {
                yield return $"{Trial}: {difference} of {name} differs.";
            }
        }
    }
}
