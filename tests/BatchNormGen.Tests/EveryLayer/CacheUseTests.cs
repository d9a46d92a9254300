using System.Numerics.Tensors;
using BatchNormGen.Tests.Kernels;
using BatchNormGen.Tests.Layers;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>
/// A cache that two threads use at once. That every layer asks whether its cache is in use is in <see cref="HostileTests"/>. The cache of
/// another layer is a type of its own, so that passing it does not compile, and a cache of float is none of double.
/// </summary>
[Collection(ThreadsCollection.Name)]
public class CacheUseTests
{
    [Fact]
    public void While_one_thread_is_in_a_call_another_is_refused()
    {
        var layer = Layer.All.Single(layer => layer.Name == "Savings.NetworkLeast<Single>");
        var trial = Trial.Draw(layer, layer.Choices().First(), layer.Extents());
        var (first, second) = (new SpanRun(trial, Place.New), (SpanRun?)null);
        second = new(trial, Place.New, first.Cache);
        second.Clear();
        var provider = Products.Provider;
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        Products.Provider = new Waiting(provider, entered, leave);
        try
        {
            var thread = new Thread(first.Forward);
            thread.Start();
            entered.Wait(TestContext.Current.CancellationToken);
            Assert.Contains("in use", Assert.Throws<InvalidOperationException>(second.Forward).Message);
            Assert.Contains("in use", Assert.Throws<InvalidOperationException>(second.Backward).Message);
            leave.Set();
            thread.Join();
        }
        finally
        {
            Products.Provider = provider;
        }

        Assert.All(second.Outputs.Concat(second.Gradients), target => Assert.False(SpanRun.Bytes(target).ContainsAnyExcept(SpanRun.Pattern)));
        first.Backward();
        Assert.Empty(first.Differences());
        second.Forward();
        second.Backward();
        Assert.Empty(second.Differences());
    }

    [Fact]
    public void A_call_that_comes_through_is_right_whoever_else_tries()
    {
        const int Callers = 4, Steps = 500;
        var layer = Layer.All.Single(layer => layer.Name == "Norms.BatchNorm");
        var trial = Trial.Draw(layer, layer.Choices().First(), layer.LargeExtents(2000));
        object cache = Activator.CreateInstance(layer.Cache)!;
        new SpanRun(trial, Place.New, cache).Forward();
        var faults = new Faults();
        int through = 0, refused = 0;
        var threads = Enumerable.Range(0, Callers).Select(caller => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        faults.AssertNone();
        Assert.Equal(2 * Callers * Steps, through + refused);
        Assert.NotEqual(0, through);

        void Work()
        {
            var run = new SpanRun(trial, Place.New, cache);
            for (int step = 0; step < Steps; step++)
            {
                Try(run.Forward, run.Trial.Outputs, run.Outputs);
                Try(run.Backward, run.Trial.Gradients, run.Gradients);
            }
        }

        void Try(Action call, Values[] expected, object[] actual)
        {
            try
            {
                SpanRun.Fill(actual);
                call();
                Interlocked.Increment(ref through);
                if (expected.Zip(actual).Any(pair => pair.First.Difference(SpanRun.Bytes(pair.Second)) is not null))
                {
                    faults.Add("A result is wrong.");
                }
            }
            catch (InvalidOperationException) when (actual.All(target => !SpanRun.Bytes(target).ContainsAnyExcept(SpanRun.Pattern)))
            {
                Interlocked.Increment(ref refused);
            }
            catch (Exception error)
            {
                faults.Add(error.ToString());
            }
        }
    }

    [Fact]
    public void A_call_that_fails_gives_the_cache_back()
    {
        var x = Tensor.Create<double>([1, 2, 3, 4], [2, 2]);
        var cache = new CustomGradients.TooLongCache();
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains("OneRowTooMany", Assert.Throws<InvalidOperationException>(() => CustomGradients.TooLongForward(x, Tensor.Create<double>(new double[4], [2, 2]), cache)).Message);
        }
    }

    /// <summary>Multiplies when it is told to.</summary>
    private sealed class Waiting(IMatrixProduct product, ManualResetEventSlim entered, ManualResetEventSlim leave) : IMatrixProduct
    {
        public void Multiply(ReadOnlyMatrix<float> a, ReadOnlyMatrix<float> b, Matrix<float> c, bool add)
        {
            entered.Set();
            leave.Wait();
            product.Multiply(a, b, c, add);
        }

        public void Multiply(ReadOnlyMatrix<double> a, ReadOnlyMatrix<double> b, Matrix<double> c, bool add) => product.Multiply(a, b, c, add);
    }
}
