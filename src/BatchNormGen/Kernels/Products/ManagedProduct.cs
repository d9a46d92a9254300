using System.Numerics;

namespace BatchNormGen.Kernels;

/// <summary>The product in managed code.</summary>
internal sealed class ManagedProduct : IMatrixProduct
{
    public void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add) => Run(a, b, c, add);

    public void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add) => Run(a, b, c, add);

    private static void Run<T>(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                T sum = T.Zero;
                for (int k = 0; k < a.Columns; k++)
                {
                    sum += a.Elements[(i * a.RowStride) + (k * a.ColumnStride)] * b.Elements[(k * b.RowStride) + (j * b.ColumnStride)];
                }

                ref T element = ref c.Elements[(i * c.RowStride) + (j * c.ColumnStride)];
                element = add ? element + sum : sum;
            }
        }
    }
}
