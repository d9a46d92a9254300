using System.Numerics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

[Collection(ThreadsCollection.Name)]
public sealed class ProductsTests
{
    /// <summary>How a matrix lies in memory.</summary>
    public enum Layout
    {
        Rows,
        Columns,
        RowsApart,
        ColumnsApart,
        Scattered,
    }

    public static TheoryData<Layout, Layout, Layout, bool> Layouts()
    {
        var data = new TheoryData<Layout, Layout, Layout, bool>();
        foreach (var a in Enum.GetValues<Layout>())
        {
            foreach (var b in Enum.GetValues<Layout>())
            {
                foreach (var c in Enum.GetValues<Layout>())
                {
                    data.Add(a, b, c, false);
                    data.Add(a, b, c, true);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_gives_the_triple_loop(Layout a, Layout b, Layout c, bool add)
    {
        foreach (var (m, n, k) in new[] { (1, 1, 1), (1, 45, 33), (45, 1, 33), (7, 5, 3), (13, 33, 17), (29, 70, 40), (50, 20, 300) })
        {
            Check<float>(m, n, k, a, b, c, add);
            Check<double>(m, n, k, a, b, c, add);
        }
    }

    [Fact]
    public void Every_small_size_gives_the_triple_loop()
    {
        // Each pair of sizes meets each remainder of the third some time: the step is coprime to all widths of vectors.
        for (int m = 0; m <= 35; m++)
        {
            for (int n = 0; n <= 35; n++)
            {
                for (int k = ((m * 36) + n) % 5; k <= 35; k += 5)
                {
                    Layout a = (Layout)((m + n + k) % 2), b = (Layout)((m + k) % 2);
                    Check<float>(m, n, k, a, b, Layout.RowsApart, add: (m + n) % 2 == 0);
                    Check<double>(m, n, k, a, b, Layout.RowsApart, add: (n + k) % 2 == 0);
                }
            }
        }
    }

    [Theory]
    [InlineData(256, 100, 64)]
    [InlineData(64, 10, 256)]
    [InlineData(256, 10, 64)]
    [InlineData(64, 64, 1024)]
    [InlineData(1, 1000, 700)]
    [InlineData(1000, 1, 700)]
    [InlineData(3, 2000, 5)]
    [InlineData(700, 513, 2)]
    [InlineData(131, 530, 519)]
    [InlineData(2100, 6, 6)]
    public void Larger_sizes_give_the_triple_loop(int m, int n, int k)
    {
        foreach (var a in new[] { Layout.Rows, Layout.Columns })
        {
            foreach (var b in new[] { Layout.Rows, Layout.Columns })
            {
                foreach (var c in new[] { Layout.Rows, Layout.Columns })
                {
                    Check<float>(m, n, k, a, b, c, add: false);
                    Check<float>(m, n, k, a, b, c, add: true);
                    Check<double>(m, n, k, a, b, c, add: true);
                }
            }
        }
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(1, 200)]
    [InlineData(40, 1)]
    [InlineData(6, 5)]
    public void The_error_stays_small_where_the_sum_is_long(int m, int n)
    {
        const int K = 4096;
        foreach (var layout in new[] { Layout.Rows, Layout.Columns })
        {
            var a = Operand<float>.Random(m, K, layout, seed: 1, positive: true);
            var b = Operand<float>.Random(K, n, layout, seed: 2, positive: true);
            var c = Operand<float>.Random(m, n, Layout.Rows, seed: 3);
            Products.Multiply(a.View, b.View, c.Target, add: false);
            Assert.True(WorstError(a, b, c, null) < 1e-6);
        }
    }

    [Theory]
    [InlineData(300, 200, 500)]
    [InlineData(1, 3000, 600)]
    [InlineData(3000, 1, 600)]
    [InlineData(5, 4000, 100)]
    [InlineData(4000, 10, 100)]
    [InlineData(64, 64, 5000)]
    public void The_bits_do_not_depend_on_the_number_of_threads(int m, int n, int k)
    {
        foreach (var layout in new[] { Layout.Rows, Layout.Columns })
        {
            var a = Operand<float>.Random(m, k, layout, seed: 1);
            var b = Operand<float>.Random(k, n, layout, seed: 2);
            float[]? first = null;
            foreach (int threads in new[] { 1, 2, 3, 8 })
            {
                using var limit = Threads.AtMost(threads);
                var c = Operand<float>.Random(m, n, Layout.Rows, seed: 3);
                Products.Multiply(a.View, b.View, c.Target, add: true);
                first ??= c.Elements;
                Assert.Equal(first.Select(BitConverter.SingleToUInt32Bits), c.Elements.Select(BitConverter.SingleToUInt32Bits));
            }
        }
    }

    [Theory]
    [InlineData(1, 40, 300)]
    [InlineData(40, 1, 300)]
    [InlineData(20, 40, 7)]
    [InlineData(150, 140, 300)]
    public void Not_a_number_and_infinity_reach_what_mentions_them_and_nothing_else(int m, int n, int k)
    {
        foreach (var layout in new[] { Layout.Rows, Layout.Columns })
        {
            var a = Operand<float>.Random(m, k, layout, seed: 1, positive: true);
            var b = Operand<float>.Random(k, n, layout, seed: 2, positive: true);
            a[m - 1, k - 1] = float.NaN;
            b[k / 2, n - 1] = float.PositiveInfinity;
            var c = Operand<float>.Random(m, n, Layout.Rows, seed: 3);
            c.Elements.AsSpan().Fill(float.NaN);
            Products.Multiply(a.View, b.View, c.Target, add: false);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (i == m - 1)
                    {
                        Assert.True(float.IsNaN(c[i, j]));
                    }
                    else if (j == n - 1)
                    {
                        Assert.Equal(float.PositiveInfinity, c[i, j]);
                    }
                    else
                    {
                        Assert.True(float.IsFinite(c[i, j]));
                    }
                }
            }
        }
    }

    [Fact]
    public void Zero_times_infinity_is_not_a_number()
    {
        float[] c = [1, 1];
        Products.Multiply(new([0f, 1f], 1, 2, 2, 1), new([float.PositiveInfinity, 1f, 2f, 3f], 2, 2, 2, 1), new Matrix<float>(c, 1, 2, 2, 1), add: false);
        Assert.Equal([float.NaN, 3f], c);
    }

    [Fact]
    public void An_empty_sum_is_zero_or_leaves_the_result()
    {
        float[] c = [1, 2, 3, 4, 5, 6];
        Products.Multiply(new([], 2, 0, 0, 1), new([], 0, 2, 2, 1), new Matrix<float>(c, 2, 2, 3, 1), add: true);
        Assert.Equal([1, 2, 3, 4, 5, 6], c);
        Products.Multiply(new([], 2, 0, 0, 1), new([], 0, 2, 2, 1), new Matrix<float>(c, 2, 2, 3, 1), add: false);
        Assert.Equal([0, 0, 3, 0, 0, 6], c);
    }

    [Fact]
    public void Empty_results_are_fine()
    {
        Products.Multiply(new([1f, 2f], 2, 1, 1, 1), new([], 1, 0, 0, 1), new Matrix<float>([], 2, 0, 0, 1), add: false);
        Products.Multiply(new([], 0, 1, 1, 1), new([1f, 2f], 1, 2, 2, 1), new Matrix<float>([], 0, 2, 2, 1), add: false);
        Products.Multiply<double>(default, default, default, add: false);
    }

    [Fact]
    public void A_stride_of_zero_repeats()
    {
        float[] c = new float[6];
        Products.Multiply(new([2f, 3f], 3, 2, 0, 1), new([5f, 7f], 2, 2, 1, 0), new Matrix<float>(c, 3, 2, 2, 1), add: false);
        Assert.Equal([31, 31, 31, 31, 31, 31], c);
    }

    [Fact]
    public void Factors_may_share_memory()
    {
        float[] a = [1, 2, 3, 4];
        float[] c = new float[4];
        var view = new ReadOnlyMatrix<float>(a, 2, 2, 2, 1);
        Products.Multiply(view, view.Transpose(), new Matrix<float>(c, 2, 2, 2, 1), add: false);
        Assert.Equal([5, 11, 11, 25], c);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        float[] c = [1, 1, 1, 1];
        var error = Assert.Throws<ArgumentException>(() => Products.Multiply(Ones(2, 3), Ones(2, 2), new Matrix<float>(c, 2, 2, 2, 1), add: false));
        Assert.Equal("b", error.ParamName);
        Assert.StartsWith("b: a is 2x3, so b must have 3 rows, but it is 2x2.", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<ArgumentException>(() => Products.Multiply(Ones(2, 3), Ones(3, 1), new Matrix<float>(c, 2, 2, 2, 1), add: false));
        Assert.Equal("c", error.ParamName);
        Assert.StartsWith("c: 2x3 times 3x1 is 2x1, but c is 2x2.", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 1, 1, 1], c);
    }

    [Fact]
    public void A_result_in_the_memory_of_a_factor_is_refused()
    {
        float[] memory = [1, 2, 3, 4, 5, 6, 7];
        float[] before = [.. memory];
        var error = Assert.Throws<ArgumentException>(() =>
            Products.Multiply(new(memory, 2, 2, 2, 1), Ones(2, 2), new Matrix<float>(memory.AsSpan(3), 2, 2, 2, 1), add: false));
        Assert.StartsWith("c overlaps a in memory", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() =>
            Products.Multiply(Ones(2, 2), new(memory, 2, 2, 2, 1), new Matrix<float>(memory.AsSpan(3), 2, 2, 2, 1), add: false));
        Assert.StartsWith("c overlaps b in memory", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, memory);
    }

    [Fact]
    public void What_lies_behind_the_last_element_is_no_part_of_a_matrix()
    {
        float[] memory = [1, 2, 3, 4, 0, 0, 0, 0];
        Products.Multiply(new(memory, 2, 2, 2, 1), Ones(2, 2), new Matrix<float>(memory.AsSpan(4), 2, 2, 2, 1), add: false);
        Assert.Equal([1, 2, 3, 4, 3, 3, 7, 7], memory);
    }

    [Fact]
    public void A_matrix_that_ends_behind_its_memory_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new ReadOnlyMatrix<float>(new float[5], 2, 3, 3, 1));
        Assert.StartsWith("elements: 2x3 elements with strides 3 and 1 take 6 places, but there are 5.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Matrix<float>(new float[5], 2, 3, 3, 1));
        Assert.Throws<ArgumentException>(() => new ReadOnlyMatrix<float>(new float[5], int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new ReadOnlyMatrix<float>([], -1, 3, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new ReadOnlyMatrix<float>([], 1, -3, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>("rowStride", () => new ReadOnlyMatrix<float>([1], 1, 1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("columnStride", () => new Matrix<float>([1], 1, 1, 1, -1));
    }

    [Theory]
    [InlineData(2, 2, 0, 1)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(1, 2, 2, 0)]
    [InlineData(3, 3, 3, 2)]
    public void A_result_whose_elements_share_a_place_is_refused(int rows, int columns, int rowStride, int columnStride)
    {
        var error = Assert.Throws<ArgumentException>(() => new Matrix<float>(new float[100], rows, columns, rowStride, columnStride));
        Assert.Contains("share a place", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_elements_are_refused()
    {
        Assert.Throws<NotSupportedException>(() => Products.Multiply<Half>(default, default, default, add: false));
    }

    [Fact]
    public void Who_is_assigned_is_called()
    {
        IMatrixProduct before = Products.Provider;
        var counting = new Counting(before);
        Products.Provider = counting;
        try
        {
            Check<float>(3, 4, 5, Layout.Rows, Layout.Rows, Layout.Rows, add: false);
            Check<double>(3, 4, 5, Layout.Rows, Layout.Rows, Layout.Rows, add: true);
        }
        finally
        {
            Products.Provider = before;
        }

        Assert.Equal((1, 1), (counting.Singles, counting.Doubles));
        Assert.Throws<ArgumentNullException>(() => Products.Provider = null!);
    }

    [Theory]
    [InlineData(20, 20, 20)]
    [InlineData(300, 300, 300)]
    [InlineData(1, 300, 300)]
    [InlineData(300, 1, 300)]
    public void Nothing_is_allocated_once_warm(int m, int n, int k)
    {
        var a = Operand<float>.Random(m, k, Layout.Columns, seed: 1);
        var b = Operand<float>.Random(k, n, Layout.Scattered, seed: 2);
        var c = Operand<float>.Random(m, n, Layout.Columns, seed: 3);
        using var alone = Threads.AtMost(1);
        Products.Multiply(a.View, b.View, c.Target, add: false);

        // The runtime itself may allocate once in a while, as when it compiles a method anew.
        long least = long.MaxValue;
        for (int call = 0; call < 5; call++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Products.Multiply(a.View, b.View, c.Target, add: false);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    private static ReadOnlyMatrix<float> Ones(int rows, int columns)
    {
        float[] ones = new float[rows * columns];
        ones.AsSpan().Fill(1);
        return new(ones, rows, columns, columns, 1);
    }

    private static void Check<T>(int m, int n, int k, Layout aLayout, Layout bLayout, Layout cLayout, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var a = Operand<T>.Random(m, k, aLayout, seed: 1);
        var b = Operand<T>.Random(k, n, bLayout, seed: 2);
        var c = Operand<T>.Random(m, n, cLayout, seed: 3);
        var before = c.Copy();
        Products.Multiply(a.View, b.View, c.Target, add);
        double error = WorstError(a, b, c, add ? before : null);
        Assert.True(error < (typeof(T) == typeof(float) ? 1e-6 : 2e-15), $"{m}x{n}x{k}: {error}");
        Assert.True(c.IsOutsideAsIn(before), $"{m}x{n}x{k}: an element that is not of the result was written.");
    }

    /// <summary>The greatest difference from the triple loop in double, relative to |a|·|b| (+ |c| where added). Of large results it looks at some elements in all rows and columns.</summary>
    private static double WorstError<T>(Operand<T> a, Operand<T> b, Operand<T> c, Operand<T>? added)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double worst = 0;
        long step = 1 + ((long)c.Rows * c.Columns * a.Columns / 500_000);
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                if (((31L * i) + (17L * j)) % step != 0)
                {
                    continue;
                }

                double sum = added is null ? 0 : double.CreateChecked(added[i, j]);
                double magnitude = Math.Abs(sum);
                for (int k = 0; k < a.Columns; k++)
                {
                    double product = double.CreateChecked(a[i, k]) * double.CreateChecked(b[k, j]);
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                double error = Math.Abs(double.CreateChecked(c[i, j]) - sum);
                worst = error <= magnitude * worst ? worst : error / magnitude;
            }
        }

        return worst;
    }

    /// <summary>A matrix in one of the layouts.</summary>
    private sealed class Operand<T>(int rows, int columns, int rowStride, int columnStride, T[] elements)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Rows => rows;

        public int Columns => columns;

        public T[] Elements => elements;

        public ReadOnlyMatrix<T> View => new(elements, rows, columns, rowStride, columnStride);

        public Matrix<T> Target => new(elements, rows, columns, rowStride, columnStride);

        public ref T this[int row, int column] => ref elements[(row * rowStride) + (column * columnStride)];

        public static Operand<T> Random(int rows, int columns, Layout layout, int seed, bool positive = false)
        {
            var (rowStride, columnStride) = layout switch
            {
                Layout.Rows => (columns, 1),
                Layout.Columns => (1, rows),
                Layout.RowsApart => (columns + 3, 1),
                Layout.ColumnsApart => (1, rows + 5),
                _ => ((2 * columns) + 7, 2),
            };
            var random = new Random(seed);
            var elements = new T[(Math.Max(rows, 1) * Math.Max(rowStride, 1)) + (columns * columnStride) + 3];
            foreach (ref T element in elements.AsSpan())
            {
                element = T.CreateTruncating(positive ? random.NextDouble() : (2 * random.NextDouble()) - 1);
            }

            return new(rows, columns, rowStride, columnStride, elements);
        }

        public Operand<T> Copy() => new(rows, columns, rowStride, columnStride, [.. elements]);

        public bool IsOutsideAsIn(Operand<T> before)
        {
            var masked = Copy();
            var expected = before.Copy();
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    masked[row, column] = expected[row, column] = T.Zero;
                }
            }

            return masked.Elements.SequenceEqual(expected.Elements);
        }
    }

    private sealed class Counting(IMatrixProduct inner) : IMatrixProduct
    {
        public int Singles { get; private set; }

        public int Doubles { get; private set; }

        public void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add)
        {
            Singles++;
            inner.Multiply(a, b, c, add);
        }

        public void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add)
        {
            Doubles++;
            inner.Multiply(a, b, c, add);
        }
    }
}
