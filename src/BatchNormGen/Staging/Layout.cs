namespace BatchNormGen;

/// <summary>How a flat array is walked: along each axis, so many steps (the extent) of so many elements (the stride).</summary>
internal sealed class Layout(nint[] lengths, nint[] strides)
{
    public nint[] Lengths => lengths;

    public nint[] Strides => strides;

    /// <summary>The row-major layout of a shape: the last axis has stride 1.</summary>
    public static Layout Dense(ReadOnlySpan<nint> lengths)
    {
        var strides = new nint[lengths.Length];
        nint stride = 1;
        for (var axis = lengths.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= lengths[axis];
        }

        return new(lengths.ToArray(), strides);
    }

    /// <summary>The layout that walks only the given axes, in the given order, and stays at index 0 on all others.</summary>
    public Layout Along(params IEnumerable<int> axes) =>
        new([.. axes.Select(axis => lengths[axis])], [.. axes.Select(axis => strides[axis])]);

    /// <summary>The layout that walks a larger shape, aligned from the last axis, and does not move along an axis that it lacks or has with extent 1.</summary>
    public Layout BroadcastTo(nint[] target)
    {
        var added = target.Length - lengths.Length;
        return new(target, [.. target.Select((_, axis) => axis < added || lengths[axis - added] == 1 ? 0 : strides[axis - added])]);
    }

    /// <summary>The position in the flat array of each element, in row-major order; of the single element where there is no axis.</summary>
    public IEnumerable<nint> Offsets()
    {
        var index = new nint[lengths.Length];
        nint offset = 0;
        for (var remaining = Shape.Count(lengths); remaining > 0; remaining--)
        {
            yield return offset;
            for (var axis = lengths.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < lengths[axis])
                {
                    break;
                }

                offset -= strides[axis] * lengths[axis];
                index[axis] = 0;
            }
        }
    }
}
