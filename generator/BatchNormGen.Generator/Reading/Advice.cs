using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>What to write instead, where several constructs share the answer.</summary>
internal static class Advice
{
    public const string Selection = "Choose between layers where they are called";
    public const string Loop = "Loop over elements by operations on whole tensors, and over layers where they are called";
    public const string Caller = "Do this where the layer is called";

    /// <summary>All that a layer may be made of.</summary>
    public static readonly string Supported =
        $"+, -, *, /, {string.Join(", ", Functions.Names.Concat(Compositions.Names))}, Gather, OneHot, MatMul, Transpose, Permute, Unsqueeze, Squeeze, and the extents x.Lengths[i], x.FlattenedLength and x.Rank";
}
