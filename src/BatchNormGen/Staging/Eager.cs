using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen;

/// <summary>
/// The few loops that every staged operation is an instance of. Operands are flattened into row-major arrays first, which
/// makes slices and permuted views ordinary, and formulas are evaluated in double.
/// </summary>
internal static class Eager
{
    public delegate double Reduction(ReadOnlySpan<double> values);

    public delegate void LineFunction(Span<double> values);

    public static double Double<T>(T value) where T : INumberBase<T> => double.CreateTruncating(value);

    public static T Round<T>(double value) where T : INumberBase<T> => T.CreateTruncating(value);

    public static T[] Flatten<T>(Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var values = new T[x.FlattenedLength];
        x.FlattenTo(values);
        return values;
    }

    public static double[] Doubles<T>(Tensor<T> x) where T : INumberBase<T> => Array.ConvertAll(Flatten(x), Double);

    /// <summary>A tensor of the given elements; one of shape [1] where no axis is left, since a <see cref="Tensor{T}"/> of rank 0 has no element.</summary>
    public static Tensor<T> Build<T>(T[] values, ReadOnlySpan<nint> lengths) => Tensor.Create(values, Shape.OfResult(lengths));

    public static Tensor<T> Scalar<T>(T value) => Build([value], []);

    public static Tensor<T> Map<T>(Tensor<T> x, Func<double, double> function) where T : INumberBase<T> =>
        Build(Array.ConvertAll(Flatten(x), value => Round<T>(function(Double(value)))), x.Lengths);

    public static Tensor<TResult> Combine<T, TResult>(Tensor<T> x, Tensor<T> other, Func<T, T, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(other);
        var lengths = Shape.Broadcast(nameof(other), x.Lengths.ToArray(), other.Lengths.ToArray());
        return Build([.. Expand(x, lengths).Zip(Expand(other, lengths), function)], lengths);
    }

    /// <summary>The elements of a tensor, broadcast to a larger shape.</summary>
    public static IEnumerable<T> Expand<T>(Tensor<T> x, nint[] lengths)
    {
        var values = Flatten(x);
        return Layout.Dense(x.Lengths).BroadcastTo(lengths).Offsets().Select(offset => values[offset]);
    }

    public static T ReduceAll<T>(Tensor<T> x, Reduction reduction) where T : INumberBase<T> => Round<T>(reduction(Doubles(x)));

    public static Tensor<T> Reduce<T>(Tensor<T> x, int axis, bool keepDims, Reduction reduction) where T : INumberBase<T> =>
        ReduceOver(x, [Shape.Axis(axis, x.Lengths)], keepDims, reduction);

    public static Tensor<T> Reduce<T>(Tensor<T> x, ReadOnlySpan<int> axes, bool keepDims, Reduction reduction) where T : INumberBase<T> =>
        ReduceOver(x, Shape.Axes(axes, x.Lengths), keepDims, reduction);

    /// <summary>Replaces every line along the axis by a function of that line.</summary>
    public static Tensor<T> MapLines<T>(Tensor<T> x, int axis, LineFunction function) where T : INumberBase<T>
    {
        axis = Shape.Axis(axis, x.Lengths);
        var values = Doubles(x);
        var layout = Layout.Dense(x.Lengths);
        var along = layout.Along(axis).Offsets().ToArray();
        var line = new double[along.Length];
        foreach (var start in layout.Along(Others(x.Rank, [axis])).Offsets())
        {
            Read(values, start, along, line);
            function(line);
            for (var i = 0; i < along.Length; i++)
            {
                values[start + along[i]] = line[i];
            }
        }

        return Build(Array.ConvertAll(values, Round<T>), x.Lengths);
    }

    /// <summary>The axes of a tensor of the given rank that are not among the given ones.</summary>
    public static IEnumerable<int> Others(int rank, int[] axes) => Enumerable.Range(0, rank).Except(axes);

    private static Tensor<T> ReduceOver<T>(Tensor<T> x, int[] axes, bool keepDims, Reduction reduction) where T : INumberBase<T>
    {
        var values = Doubles(x);
        var layout = Layout.Dense(x.Lengths);
        var kept = layout.Along(Others(x.Rank, axes));
        var reduced = layout.Along(axes.Order()).Offsets().ToArray();
        var group = new double[reduced.Length];
        var results = new List<T>();
        foreach (var start in kept.Offsets())
        {
            Read(values, start, reduced, group);
            results.Add(Round<T>(reduction(group)));
        }

        return Build([.. results], keepDims ? [.. layout.Lengths.Select((length, axis) => axes.Contains(axis) ? 1 : length)] : kept.Lengths);
    }

    private static void Read(double[] values, nint start, nint[] offsets, double[] target)
    {
        for (var i = 0; i < offsets.Length; i++)
        {
            target[i] = values[start + offsets[i]];
        }
    }
}
