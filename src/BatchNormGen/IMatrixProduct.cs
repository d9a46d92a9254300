namespace BatchNormGen;

/// <summary>
/// Multiplies matrices for <see cref="Products"/>. Implement it to put a native library in the place of the managed
/// kernels, and assign it to <see cref="Products.Provider"/>.
/// </summary>
/// <remarks>
/// Called by several threads at once. The arguments are checked: a is m×k, b is k×n, c is m×n with m, n and k of at least 1, and c shares no memory
/// with a and b. a and b may have any strides, 0 included; the elements of c are distinct.
/// </remarks>
public interface IMatrixProduct
{
    /// <summary>c = a·b, or c += a·b.</summary>
    /// <param name="a">The left factor, m×k.</param>
    /// <param name="b">The right factor, k×n.</param>
    /// <param name="c">The result, m×n.</param>
    /// <param name="add">Whether the product is added to what c holds. If not, what c holds is not read.</param>
    void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add);

    /// <inheritdoc cref="Multiply(ReadOnlyMatrix{float}, ReadOnlyMatrix{float}, Matrix{float}, bool)"/>
    void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add);
}
