using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// How the work of the entry points is done once they have checked their arguments: in sweeps for the closed form, or
/// stage by stage.
/// </summary>
internal abstract class Work(CodeWriter writer, MethodPlan plan)
{
    protected CodeWriter Writer { get; } = writer;
    protected MethodPlan Plan { get; } = plan;
    protected Signature Signature => Plan.Signature;
    protected string Element => Signature.Element;
    protected IReadOnlyList<Result> Outputs => Plan.Outputs;
    protected IReadOnlyList<Result> Gradients => Plan.Gradients;
    protected IEnumerable<Parameter> Tensors => Signature.Parameters.Where(parameter => parameter.IsTensor);

    /// <summary>How the forward proceeds: <c>in two sweeps over the data</c>.</summary>
    public abstract string ForwardPace { get; }

    /// <summary>How the backward proceeds.</summary>
    public abstract string BackwardPace { get; }

    /// <summary>What the forward over spans allocates.</summary>
    public abstract string ForwardAllocation { get; }

    /// <summary>What the backward over spans allocates.</summary>
    public abstract string BackwardAllocation { get; }

    /// <summary>What the cache refers to after the forward over tensors.</summary>
    public abstract string Refers { get; }

    /// <summary>When the backward over tensors cannot be computed from a cache.</summary>
    public abstract string Unfit { get; }

    /// <summary>What the layer's derivation tells, as its documentation says it.</summary>
    public abstract string DerivationSummary { get; }

    public abstract IReadOnlyList<string> Derivation(Variant variant);

    /// <summary>Whether the backward over spans reads this one of its arguments in a variant.</summary>
    public abstract bool Reads(Variant variant, string tensor);

    /// <summary>Whether it does in any case.</summary>
    public bool Reads(string tensor) => Plan.Variants.Any(variant => Reads(variant, tensor));

    /// <summary>The tensors that are still read while a gradient is written, and how to check that this does no harm.</summary>
    public abstract IEnumerable<(string Tensor, string Check)> Overlaps(Result gradient);

    /// <summary>The rest of the forward over tensors, after its checks.</summary>
    public abstract void Forward();

    /// <summary>The rest of the forward over spans, after its checks.</summary>
    public abstract void ForwardInto();

    /// <summary>The backward over tensors, after it has made sure that they are not null.</summary>
    public abstract void Backward(ArgumentChecks checks);

    /// <summary>The rest of the backward over spans, after its checks.</summary>
    public abstract void BackwardInto();

    /// <summary>The type that the forward hands to the backward.</summary>
    public abstract void Cache();

    /// <summary>The classes that do the work, in the namespace of the generator.</summary>
    public abstract void Helpers();

    /// <summary>The extents of the forward and the case that it was, as locals.</summary>
    public void Cached()
    {
        foreach (var axis in Plan.Axes) Writer.Line($"int {axis} = cache.{axis};");
        if (Plan.HasCases) Writer.Line($"int {MethodPlan.CaseNumber} = cache.{MethodPlan.CaseNumber};");
    }

    /// <summary>Keeps other calls from the cache as long as this one lasts.</summary>
    public void UseCache() => Writer.Line("using var cacheUse = new global::BatchNormGen.Kernels.CacheUse(ref cache.isInUse);");

    /// <summary>A new cache.</summary>
    protected void NewCache() => Writer.Line($"var cache = new {Signature.Name}Cache{LayerSource.Generic(Signature)}();");

    protected string Zero => LayerSource.Zero(Signature);

    protected void ScalarResults(IEnumerable<Result> results)
    {
        foreach (var result in results.Where(result => result.Layout.IsEmpty)) Writer.Line($"{result.Name} = {result.Name}Value;");
    }

    protected void ThrowIf(string condition, string message) => Writer.Line($"if ({condition}) throw new global::System.InvalidOperationException(\"{message}\");");

    /// <summary>Refuses a cache that no forward has filled.</summary>
    public void ThrowIfEmpty() => ThrowIf("!cache.isFilled", $"The cache is empty: call {Signature.Name}Forward first.");
}
