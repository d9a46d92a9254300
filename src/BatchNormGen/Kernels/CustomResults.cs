using System.ComponentModel;
using System.Numerics.Tensors;

namespace BatchNormGen.Kernels;

/// <summary>What generated code does with the results of operations of the user's own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CustomResults
{
    /// <summary>Copies a result to where the layer keeps it.</summary>
    /// <param name="result">What the method returned.</param>
    /// <param name="target">Receives the elements.</param>
    /// <param name="lengths">The shape that the result must have.</param>
    /// <param name="method">The name of the method.</param>
    /// <exception cref="InvalidOperationException">The result is null or has another shape.</exception>
    public static void Copy<T>(Tensor<T>? result, Span<T> target, ReadOnlySpan<nint> lengths, string method)
    {
        if (result is null || !result.Lengths.SequenceEqual(lengths))
        {
            string actual = result is null ? "null" : $"a tensor of shape [{string.Join(", ", result.Lengths.ToArray())}]";
            throw new InvalidOperationException($"{method} returned {actual}; the layer needs the shape [{string.Join(", ", lengths.ToArray())}].");
        }

        result.FlattenTo(target);
    }
}
