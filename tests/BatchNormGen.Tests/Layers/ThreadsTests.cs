using System.Numerics;
using System.Numerics.Tensors;
using BatchNormGen.Tests.Kernels;

namespace BatchNormGen.Tests.Layers;

/// <summary>Shapes that are cut into several chunks: the same bits from any number of threads, and from callers that come together.</summary>
[Collection(ThreadsCollection.Name)]
public class ThreadsTests
{
    /// <summary>Which layer, and the extents of x; the last are too small for more than one chunk.</summary>
    public static TheoryData<int, int[]> Shapes => new()
    {
        { 0, [4096, 300] }, { 0, [300, 4096] }, { 0, [70001, 3] }, { 0, [64, 5] },
        { 1, [8, 16, 40, 40] }, { 1, [3, 67, 31, 33] }, { 1, [64, 2, 28, 28] },
        { 2, [4096, 300] }, { 2, [300, 4096] }, { 2, [70001, 3] }, { 2, [5, 64] },
        { 3, [8, 512, 300] }, { 3, [3, 7, 30011] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Results_do_not_depend_on_the_number_of_threads(int which, int[] shape)
    {
        Check(NormLayers.InFloat[which]);
        Check(NormLayers.InDouble[which]);

        void Check<T>(NormLayer<T> layer) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var inputs = layer.Draw(4, [.. shape.Select(length => (nint)length)]);
            var cache = layer.NewCache();
            var single = With(1);
            foreach (int threads in (int[])[2, 3, 8, 8])
            {
                single.AssertSameBits(With(threads));
            }

            NormResults<T> With(int threads)
            {
                using var _ = Threads.AtMost(threads);
                return layer.Into(inputs, cache);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Large_shapes_are_right_too(int which, int[] shape)
    {
        var (single, wide) = (NormLayers.InFloat[which], NormLayers.InDouble[which]);
        nint[] lengths = [.. shape.Select(length => (nint)length)];
        var (inputs, wideInputs) = (single.Draw(5, lengths), wide.Draw(5, lengths));
        NormLayer<double>.AssertClose($"{wide}", wide.Plain(wideInputs), wide.Allocating(wideInputs), 1e-11);
        NormLayer<float>.AssertClose($"{single}", single.Plain(inputs), single.Allocating(inputs), 2e-5);
    }

    [Fact]
    public void Callers_with_caches_of_their_own_do_not_disturb_each_other()
    {
        using var _ = Threads.AtMost(4);
        Parallel.ForEach(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, caller =>
        {
            Check(NormLayers.InFloat[caller % 4], caller);
            Check(NormLayers.InDouble[(caller + 1) % 4], caller);
        });

        static void Check<T>(NormLayer<T> layer, int caller) where T : unmanaged, IFloatingPointIeee754<T>
        {
            nint[] lengths = layer.Rank switch { 2 => [300 + caller, 400], 3 => [20, 30 + caller, 100], _ => [8, 12, 20 + caller, 20] };
            var inputs = layer.Draw(caller, lengths);
            var cache = layer.NewCache();
            var expected = layer.Into(inputs, cache);
            for (int round = 0; round < 10; round++)
            {
                expected.AssertSameBits(layer.Into(inputs, cache));
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_pair_over_spans_allocates_nothing(int which, int[] shape)
    {
        Check(NormLayers.InFloat[which]);
        Check(NormLayers.InDouble[which]);

        void Check<T>(NormLayer<T> layer) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var inputs = layer.Draw(6, [.. shape.Select(length => (nint)length)]);
            var (output, dx) = (Tensor.CreateFromShape<T>(inputs.X.Lengths), Tensor.CreateFromShape<T>(inputs.X.Lengths));
            var (dgamma, dbeta) = (Tensor.CreateFromShape<T>(inputs.Gamma.Lengths), Tensor.CreateFromShape<T>(inputs.Gamma.Lengths));
            var cache = layer.NewCache();
            foreach (int threads in (int[])[1, 2])
            {
                using var _ = Threads.AtMost(threads);
                Step();
                Step();

                // What a call needs it needs every time; the runtime may still make a lock when two threads first meet at it.
                Assert.Equal(0, Enumerable.Range(0, 5).Min(step => Allocated()));
            }

            long Allocated()
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Step();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }

            void Step()
            {
                layer.ForwardInto(inputs.X, inputs.Gamma, inputs.Beta, inputs.Eps, output, cache);
                layer.BackwardInto(inputs.Dout, inputs.X, inputs.Gamma, inputs.Beta, cache, dx, dgamma, dbeta);
            }
        }
    }
}
