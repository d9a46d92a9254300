using System.Numerics.Tensors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>Gradients that are not wanted, and the work that is not done for them.</summary>
[Collection(nameof(UnwantedTests))]
public class UnwantedTests
{
    [Fact]
    public void Any_gradients_may_be_left_out_and_the_others_are_the_same_bits()
    {
        var (x, gamma, beta, dout) = (Single("x", 37, 19), Single("gamma", 19), Single("beta", 19), Single("dout", 37, 19));
        var rows = Unwanted.LayerNormForward(x, gamma, beta, 1e-5f).cache;
        var (dx, dgamma, dbeta) = Unwanted.LayerNormBackward(dout, rows);
        AssertSubsets([dx, dgamma, dbeta], to => Unwanted.LayerNormBackward(dout, x, gamma, default, rows, to(0), to(1), to(2)));

        var columns = Norms.BatchNormForward(x, gamma, beta, 1e-5f).cache;
        (dx, dgamma, dbeta) = Norms.BatchNormBackward(dout, columns);
        AssertSubsets([dx, dgamma, dbeta], to => Norms.BatchNormBackward(dout, x, gamma, default, columns, to(0), to(1), to(2)));

        var shares = Unwanted.ScaledSoftmaxForward(x, gamma).cache;
        (dx, dgamma) = Unwanted.ScaledSoftmaxBackward(dout, shares);
        AssertSubsets([dx, dgamma], to => Unwanted.ScaledSoftmaxBackward(dout, x, gamma, shares, to(0), to(1)));

        var (w1, w2, dy) = (Single("w1", 19, 8), Single("w2", 8, 5), Single("dy", 37, 5));
        var network = Unwanted.NetworkForward(x, w1, w2).cache;
        var (dx2, dw1, dw2) = Unwanted.NetworkBackward(dy, network);
        AssertSubsets([dx2, dw1, dw2], to => Unwanted.NetworkBackward(dy, x, w1, w2, network, to(0), to(1), to(2)));
    }

    [Fact]
    public void Products_that_nobody_wants_are_not_multiplied()
    {
        var (x, w1, w2, dy) = (Single("x", 6, 7), Single("w1", 7, 4), Single("w2", 4, 3), Single("dy", 6, 3));
        var cache = Unwanted.NetworkForward(x, w1, w2).cache;
        Tensor<float> dx = Tensor.CreateFromShape<float>([6, 7]), dw1 = Tensor.CreateFromShape<float>([7, 4]), dw2 = Tensor.CreateFromShape<float>([4, 3]);
        Assert.Equal(4, Products(() => Unwanted.NetworkBackward(dy, x, w1, w2, cache, dx, dw1, dw2)));
        Assert.Equal(3, Products(() => Unwanted.NetworkBackward(dy, x, w1, w2, cache, default, dw1, dw2)));
        Assert.Equal(2, Products(() => Unwanted.NetworkBackward(dy, x, w1, w2, cache, default, dw1, default)));
        Assert.Equal(1, Products(() => Unwanted.NetworkBackward(dy, x, w1, w2, cache, default, default, dw2)));
    }

    /// <summary>Each subset of the gradients, into memory that holds something else.</summary>
    private static void AssertSubsets(Tensor<float>[] expected, Action<Target> backward)
    {
        for (var subset = 1; subset < 1 << expected.Length; subset++)
        {
            var wanted = subset;
            Tensor<float>[] gradients = [.. expected.Select(gradient => Tensor.CreateFromShape<float>(gradient.Lengths))];
            foreach (var gradient in gradients) gradient.Fill(float.NaN);
            backward(i => (wanted >> i & 1) != 0 ? gradients[i] : default(TensorSpan<float>));
            for (var i = 0; i < expected.Length; i++)
                if ((wanted >> i & 1) != 0) Assert.Equal(expected[i], gradients[i].AsEnumerable());
                else Assert.All(gradients[i], element => Assert.Equal(float.NaN, element));
        }
    }

    private delegate TensorSpan<float> Target(int gradient);

    /// <summary>How many products the calling thread asks for.</summary>
    private static int Products(Action call)
    {
        var before = BatchNormGen.Products.Provider;
        var counting = new CountingProduct(before);
        BatchNormGen.Products.Provider = counting;
        try
        {
            call();
            return counting.Count;
        }
        finally
        {
            BatchNormGen.Products.Provider = before;
        }
    }

    private sealed class CountingProduct(IMatrixProduct inner) : IMatrixProduct
    {
        private readonly Thread thread = Thread.CurrentThread;

        public int Count { get; private set; }

        public void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add)
        {
            if (Thread.CurrentThread == thread) Count++;
            inner.Multiply(a, b, c, add);
        }

        public void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add) => inner.Multiply(a, b, c, add);
    }

    private static Tensor<float> Single(string name, params nint[] lengths) => Tensor.Create([.. Draw(name, -2, 2, lengths).Select(element => (float)element)], lengths);
}

/// <summary>Alone, since the provider of products is one for all.</summary>
[CollectionDefinition(nameof(UnwantedTests), DisableParallelization = true)]
public class UnwantedCollection;
