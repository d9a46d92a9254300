using System.Numerics;
using System.Runtime.CompilerServices;
using BatchNormGen.Kernels;

namespace BatchNormGen;

/// <summary>Products of matrices, as generated code calls them.</summary>
public static class Products
{
    private static IMatrixProduct provider = new ManagedProduct();

    /// <summary>Who multiplies; at first managed code without a native library. It may be changed at any time; calls under way stay with the one before.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public static IMatrixProduct Provider
    {
        get => Volatile.Read(ref provider);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref provider, value);
        }
    }

    /// <summary>c = a·b, or c += a·b: c[i, j] is Σ_k a[i, k]·b[k, j], and an empty sum is 0.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">The left factor, m×k.</param>
    /// <param name="b">The right factor, k×n.</param>
    /// <param name="c">The result, m×n.</param>
    /// <param name="add">Whether the product is added to what c holds. If not, what c holds is not read.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or c lies in the memory of a or b. Nothing has been written then.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double.</exception>
    public static void Multiply<T>(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, b, c);
        if (c.Elements.IsEmpty)
        {
            return;
        }

        if (a.Columns == 0)
        {
            if (!add)
            {
                Clear(c);
            }

            return;
        }

        if (typeof(T) == typeof(float))
        {
            Provider.Multiply(
                Unsafe.BitCast<ReadOnlyMatrix<T>, ReadOnlyMatrix<float>>(a), Unsafe.BitCast<ReadOnlyMatrix<T>, ReadOnlyMatrix<float>>(b), Unsafe.BitCast<Matrix<T>, Matrix<float>>(c), add);
        }
        else
        {
            Provider.Multiply(
                Unsafe.BitCast<ReadOnlyMatrix<T>, ReadOnlyMatrix<double>>(a), Unsafe.BitCast<ReadOnlyMatrix<T>, ReadOnlyMatrix<double>>(b), Unsafe.BitCast<Matrix<T>, Matrix<double>>(c), add);
        }
    }

    private static void Check<T>(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Matrices of {typeof(T)} are not multiplied: convert the elements to float or double.");
        }

        if (a.Columns != b.Rows)
        {
            throw new ArgumentException(FormattableString.Invariant($"b: a is {a.Rows}x{a.Columns}, so b must have {a.Columns} rows, but it is {b.Rows}x{b.Columns}."), nameof(b));
        }

        if (c.Rows != a.Rows || c.Columns != b.Columns)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"c: {a.Rows}x{a.Columns} times {b.Rows}x{b.Columns} is {a.Rows}x{b.Columns}, but c is {c.Rows}x{c.Columns}."), nameof(c));
        }

        Arguments.Disjoint(c.Elements, nameof(c), a.Elements, nameof(a));
        Arguments.Disjoint(c.Elements, nameof(c), b.Elements, nameof(b));
    }

    private static void Clear<T>(Matrix<T> c)
        where T : unmanaged
    {
        for (int row = 0; row < c.Rows; row++)
        {
            for (int column = 0; column < c.Columns; column++)
            {
                c.Elements[(row * c.RowStride) + (column * c.ColumnStride)] = default;
            }
        }
    }
}
