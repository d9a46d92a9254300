using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>What to write instead, where several constructs share the answer.</summary>
internal static class Advice
{
    public const string Where = "It depends on elements of tensors: choose for each element, by mask.Where(a, b)";
    public const string Choice = "It depends on a number that only the run knows: choose by a parameter of type bool or enum, which makes a formula for each of its values";
    public const string Null = "No value of a layer is null: choose by a parameter of type bool";
    public const string Arm = "No arm takes this value: add one";
    public const string Loop = "Loop by for, foreach or while with bounds that are constants, and over elements by operations on whole tensors";
    public const string Counter = "Count by integers: how floating-point numbers are rounded only the run knows";
    public const string Results = "Assign to a local, and return what the caller is to have";
    public const string Caller = "Do this where the layer is called";

    /// <summary>All that a layer may be made of.</summary>
    public static readonly string Supported =
        $"+, -, *, /, {string.Join(", ", Functions.Names.Concat(Compositions.Names))}, Gather, OneHot, MatMul, Transpose, Permute, Reshape, Unsqueeze, Squeeze, and the extents x.Lengths[i], x.FlattenedLength and x.Rank";
}
