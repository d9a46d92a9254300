using System.Numerics;

namespace BatchNormGen.Kernels;

/// <summary>The product in managed code: finds the form that suits the shape.</summary>
internal sealed class ManagedProduct : IMatrixProduct
{
    public void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add) => Run(a, b, c, add);

    public void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add) => Run(a, b, c, add);

    private static void Run<T>(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // cᵀ = bᵀ·aᵀ. Vectors run along the rows of c, and a single row has forms of its own.
        if (c.Rows > 1 && (c.Columns == 1 || (c.ColumnStride != 1 && c.RowStride == 1)))
        {
            RunRows(b.Transpose(), a.Transpose(), c.Transpose(), add);
        }
        else
        {
            RunRows(a, b, c, add);
        }
    }

    private static void RunRows<T>(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (c.Rows == 1 && (b.ColumnStride == 1 || b.RowStride == 1))
        {
            RowProduct<T>.Multiply(a, b, c, add);
        }
        else
        {
            BlockProduct<T>.Multiply(a, b, c, add);
        }
    }
}
