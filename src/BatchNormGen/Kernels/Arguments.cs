using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>The checks at the entry of generated code. After them, kernels index without checks.</summary>
/// <remarks>Inlined, but for what throws: of a batch of one, a backward asks some twenty times, and calls would take longer than the answers.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Arguments
{
    /// <summary>Whether no tensor was given. <c>default</c> has no axes; every tensor has at least one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDefault<T>(scoped in ReadOnlyTensorSpan<T> tensor) => tensor.Rank == 0 && tensor.IsEmpty;

    /// <inheritdoc cref="IsDefault{T}(in ReadOnlyTensorSpan{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDefault<T>(scoped in TensorSpan<T> tensor) => tensor.Rank == 0 && tensor.IsEmpty;

    /// <summary>The elements of a tensor that is read, in row-major order, without a copy.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="axes">The names of its axes, such as <c>N, D</c>.</param>
    /// <param name="rank">The number of its axes.</param>
    /// <exception cref="ArgumentException">It is <c>default</c>, has another number of axes, is not dense, or has more than <see cref="int.MaxValue"/> elements.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Dense<T>(scoped in ReadOnlyTensorSpan<T> tensor, string name, string axes, int rank)
    {
        if (tensor.Rank != rank || !tensor.IsDense || !IsUsual(tensor.FlattenedLength))
        {
            CheckUnusual(tensor, name, axes, rank, "pass a dense copy, such as the one that ToDenseTensor() makes");
        }

        return MemoryMarshal.CreateReadOnlySpan(in TensorMarshal.GetReference(tensor), (int)tensor.FlattenedLength);
    }

    /// <summary>The elements of a tensor that is written, in row-major order, without a copy.</summary>
    /// <inheritdoc cref="Dense{T}(in ReadOnlyTensorSpan{T}, string, string, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Dense<T>(scoped in TensorSpan<T> tensor, string name, string axes, int rank)
    {
        if (tensor.Rank != rank || !tensor.IsDense || !IsUsual(tensor.FlattenedLength))
        {
            CheckUnusual(tensor, name, axes, rank, "write to a dense tensor and copy from there");
        }

        return MemoryMarshal.CreateSpan(ref TensorMarshal.GetReference(tensor), (int)tensor.FlattenedLength);
    }

    /// <summary>Checks the extents of a tensor.</summary>
    /// <param name="actual">Its lengths.</param>
    /// <param name="expected">The lengths that it must have.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="axes">The names of its axes, such as <c>N, D</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Shape(ReadOnlySpan<nint> actual, ReadOnlySpan<int> expected, string name, string axes)
    {
        if (actual.Length != expected.Length)
        {
            ThrowShape(actual, expected, name, axes);
        }

        for (int axis = 0; axis < actual.Length; axis++)
        {
            if (actual[axis] != expected[axis])
            {
                ThrowShape(actual, expected, name, axes);
            }
        }
    }

    /// <summary>Checks that each label is a place along an axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A label is negative, or not smaller than the extent.</exception>
    public static void Labels<T>(ReadOnlySpan<T> labels, int extent, string name, string axis)
        where T : unmanaged, IBinaryInteger<T>
    {
        T limit = T.CreateSaturating(extent);
        for (int i = 0; i < labels.Length; i++)
        {
            if (T.IsNegative(labels[i]) || (labels[i] >= limit && long.CreateSaturating(labels[i]) >= extent))
            {
                ThrowLabel(labels[i].ToString(null, CultureInfo.InvariantCulture), i, extent, name, axis);
            }
        }
    }

    /// <summary>Divides one number of elements by another, which must leave nothing.</summary>
    /// <returns>The quotient.</returns>
    /// <exception cref="ArgumentException">The divisor is not positive, or it does not divide the number.</exception>
    public static int Quotient(int number, int divisor, string numberName, string divisorName)
    {
        if (divisor <= 0 || number % divisor != 0)
        {
            throw new ArgumentException($"{numberName} = {number} cannot be divided into {divisorName} = {divisor} equal parts.", divisorName);
        }

        return number / divisor;
    }

    /// <summary>Checks that an axis has as many elements as the axes that it is split into.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void IsProduct(int number, int product, string numberName, string productName)
    {
        if (number != product)
        {
            throw new ArgumentException($"{numberName} = {number} is not {productName} = {product}, into which it is split.", numberName);
        }
    }

    /// <summary>Checks that an axis is not empty, of which the largest or smallest element is asked for.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void NotEmpty(int extent, string axis, string name)
    {
        if (extent == 0)
        {
            throw new ArgumentException($"The axis {axis} of {name} is empty, so there is no element to choose from.", name);
        }
    }

    /// <summary>Checks that a tensor that is written shares no memory with another.</summary>
    /// <exception cref="ArgumentException">They overlap.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Disjoint<T>(ReadOnlySpan<T> written, string name, ReadOnlySpan<T> other, string otherName)
    {
        if (written.Overlaps(other))
        {
            ThrowOverlap(name, otherName, $"Give {name} memory of its own.");
        }
    }

    /// <summary>Checks that a tensor that is written shares no memory with another, unless it is the same tensor: then the computation is in place.</summary>
    /// <exception cref="ArgumentException">They overlap in part.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void DisjointOrSame<T>(ReadOnlySpan<T> written, string name, ReadOnlySpan<T> other, string otherName)
    {
        if (written.Overlaps(other, out int offset) && (offset != 0 || written.Length != other.Length))
        {
            ThrowOverlap(name, otherName, $"Give {name} memory of its own, or exactly that of {otherName} to compute in place.");
        }
    }

    /// <summary>Whether a number of elements is positive and fits an <see cref="int"/>.</summary>
    private static bool IsUsual(nint length) => (nuint)length - 1 < int.MaxValue;

    /// <summary>Checks a tensor that is empty, or not as it has to be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckUnusual<T>(scoped in ReadOnlyTensorSpan<T> tensor, string name, string axes, int rank, string remedy)
    {
        // The BCL does not call every empty slice dense.
        if (tensor.Rank != rank || !(tensor.IsDense || tensor.IsEmpty) || IsTooLarge(tensor) || IsDefault(tensor))
        {
            ThrowNotDense(tensor, name, axes, rank, remedy);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckUnusual<T>(scoped in TensorSpan<T> tensor, string name, string axes, int rank, string remedy) =>
        CheckUnusual(tensor.AsReadOnlyTensorSpan(), name, axes, rank, remedy);

    /// <summary>Whether the number of elements does not fit an <see cref="int"/>, or where there are none, that along an axis.</summary>
    private static bool IsTooLarge<T>(scoped in ReadOnlyTensorSpan<T> tensor)
    {
        if (!tensor.IsEmpty)
        {
            return tensor.FlattenedLength > int.MaxValue;
        }

        foreach (nint length in tensor.Lengths)
        {
            if (length > int.MaxValue)
            {
                return true;
            }
        }

        return false;
    }

    [DoesNotReturn]
    private static void ThrowNotDense<T>(scoped in ReadOnlyTensorSpan<T> tensor, string name, string axes, int rank, string remedy)
    {
        string actual = Text(tensor.Lengths);
        throw new ArgumentException(
            IsDefault(tensor) ? $"{name}: expected a tensor of shape [{axes}], but none was given (it is default)."
            : tensor.Rank != rank ? $"{name}: expected {rank} {(rank == 1 ? "axis" : "axes")}, [{axes}], but its shape is {actual}."
            : IsTooLarge(tensor) ? FormattableString.Invariant($"{name}: expected at most {int.MaxValue} elements in all and along each axis of [{axes}], but its shape is {actual}; split it along an axis.")
            : $"{name}: expected a dense tensor in row-major order, but with the shape {actual} its strides are {Text(tensor.Strides)}; {remedy}.",
            name);
    }

    [DoesNotReturn]
    private static void ThrowShape(ReadOnlySpan<nint> actual, ReadOnlySpan<int> expected, string name, string axes)
    {
        Span<nint> lengths = new nint[expected.Length];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = expected[axis];
        }

        throw new ArgumentException($"{name}: expected shape [{axes}] = {Text(lengths)}, but it is {Text(actual)}.", name);
    }

    [DoesNotReturn]
    private static void ThrowOverlap(string name, string otherName, string remedy) =>
        throw new ArgumentException($"{name} overlaps {otherName} in memory, and would overwrite what is still to be read or kept. {remedy}", name);

    private static string Text(ReadOnlySpan<nint> extents)
    {
        var texts = new string[extents.Length];
        for (int axis = 0; axis < texts.Length; axis++)
        {
            texts[axis] = FormattableString.Invariant($"{extents[axis]}");
        }

        return $"[{string.Join(", ", texts)}]";
    }

    private static void ThrowLabel(string label, int position, int extent, string name, string axis) =>
        throw new ArgumentOutOfRangeException(name, $"Element {position} of {name} is {label}; a label must be from 0 to {extent - 1}, a place along the axis {axis}.");
}
