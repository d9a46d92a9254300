using System.Numerics;
using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>A row of the table of what is measured: a layer, its shapes, and each contender's way to call it.</summary>
internal abstract partial class Layer
{
    public const float Eps = 1e-5f;

    private const double NearKink = 1e-4;

    /// <summary>Every layer that <c>compare</c> knows, in the order of its tables.</summary>
    public static readonly IReadOnlyList<Layer> All =
    [
        new BatchNormLayer(), new ImageBatchNormLayer(), new BatchNormReluLayer(), new ImageBatchNormReluLayer(),
        new LayerNormLayer(), new RmsNormLayer(), new GroupNormLayer(), new SoftmaxLayer(), new CrossEntropyLayer(), new GeluLayer(),
    ];

    /// <summary>The layers of a list of names, separated by commas.</summary>
    public static IReadOnlyList<Layer> Named(string names) =>
    [
        .. names.Split(',').Select(name => All.FirstOrDefault(layer => layer.Name == name)
            ?? throw new UsageException($"There is no layer '{name}'; there are {string.Join(", ", All.Select(layer => layer.Name))}.")),
    ];

    /// <summary>As <c>--layer</c> wants it.</summary>
    public abstract string Name { get; }

    /// <summary>The shapes of x that it is measured at, unless others are asked for.</summary>
    public abstract int[][] Shapes { get; }

    /// <summary>Those of <c>--quick</c>.</summary>
    public abstract int[][] QuickShapes { get; }

    /// <summary>Whether it can be measured where x has this shape.</summary>
    public virtual bool Fits(int[] shape) => shape.Length == Shapes[0].Length;

    public virtual bool HasLabels => false;

    /// <summary>What stands beside x and gets a gradient too.</summary>
    public virtual int[][] ParameterShapes(int[] shape) => [];

    /// <summary>[] where the result is a scalar.</summary>
    public virtual int[] OutputShape(int[] shape) => shape;

    /// <summary>Takes from random data what no float computation could be held to.</summary>
    public virtual void Settle(Workload workload)
    {
    }

    /// <summary>What the generator made of the layer, in the form over spans.</summary>
    public abstract Calls Generated<T>(Problem<T> p)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The same layer stage by stage in double, and its naive backward.</summary>
    public abstract Calls Truth(Problem<double> p);

    /// <summary>The stages as C# with the naive backward, of layers for which it is written.</summary>
    public virtual Calls? Staged(Problem<float> p) => null;

    /// <summary>The shapes of gamma and beta beside rows.</summary>
    protected static int[][] Rows(int[] shape) => [[shape[1]], [shape[1]]];

    /// <summary>The shapes of gamma and beta beside images.</summary>
    protected static int[][] Channels(int[] shape) => [[shape[1], 1, 1], [shape[1], 1, 1]];

    /// <summary>
    /// Sets dout to 0 where the input of relu is so near to 0 that rounding decides on which side it is: a gradient that one contender lets
    /// through and another does not would be no mistake of either.
    /// </summary>
    protected static void AvoidKink(Workload workload, Layer beforeRelu)
    {
        var p = new Problem<double>(workload);
        beforeRelu.Generated(p).Forward();
        var input = Tensors.Values(p.Output);
        for (var i = 0; i < input.Length; i++)
        {
            if (Math.Abs(input[i]) < NearKink)
            {
                workload.Dout.Values[i] = 0f;
            }
        }
    }
}
