using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes a product of matrices: one call, in loops over the indices that do not fit into the rows and columns of dense
/// matrices with strides.
/// </summary>
internal sealed class ProductWriter
{
    private readonly Multiplication _step;
    private readonly string _element;
    private readonly bool _isGradient;
    private readonly ImmutableArray<Index> _rows;
    private readonly ImmutableArray<Index> _columns;
    private readonly ImmutableArray<Index> _inner;
    private readonly ImmutableArray<Index> _loops;

    /// <param name="step">What is multiplied.</param>
    /// <param name="element">The element type.</param>
    /// <param name="isGradient">Whether the target is a gradient, to which the caller may want the product added.</param>
    public ProductWriter(Multiplication step, string element, bool isGradient)
    {
        (_step, _element, _isGradient) = (step, element, isGradient);
        var (left, right, target) = (Indices(step.Value.Left.Indices), Indices(step.Value.Right.Indices), Indices(step.Layout));
        var shape = step.Value.Shape;
        _rows = Joined(Of(shape.Rows, target), left, target);
        _columns = Joined(Of(shape.Columns, target), right, target);
        _inner = Joined(Of(shape.Inner, left), left, right);
        _loops = [.. Of(shape.Batch, target), .. Of(shape.Rows, target).Except(_rows), .. Of(shape.Columns, target).Except(_columns), .. Of(shape.Inner, left).Except(_inner)];
    }

    /// <summary>The number of elements of a tensor as C#.</summary>
    public static string Length(IEnumerable<Index> indices) => string.Join(" * ", indices.Select(index => index.Axis.Name)) is { Length: > 0 } text ? text : "1";

    public void Write(CodeWriter writer)
    {
        var product = _step.Value;
        writer.Comment(PlanPrinter.Product(_step));
        var summed = _loops.Where(product.Shape.Inner.Contains).ToList();
        if (_loops.IsEmpty) Nested(0);
        else
        {
            // Parts of an empty operand cannot be taken, and a sum over nothing is 0.
            writer.Block($"if ({product.Left.Tensor}.IsEmpty || {product.Right.Tensor}.IsEmpty)", () => writer.Line($"{(_isGradient ? $"if (!{ArgumentChecks.Accumulate}) " : "")}{_step.Target}.Clear();"));
            writer.Block("else", () => Nested(0));
        }

        void Nested(int depth)
        {
            if (depth < _loops.Length)
            {
                var index = _loops[depth];
                writer.Block($"for (int {index.Name} = 0; {index.Name} < {index.Axis.Name}; {index.Name}++)", () => Nested(depth + 1));
                return;
            }
            ImmutableArray<string> before = _isGradient ? [ArgumentChecks.Accumulate] : [];
            var again = before.AddRange(summed.Select(index => $"{index.Name} > 0"));
            writer.Line("Products.Multiply(");
            writer.Indented(() =>
            {
                writer.Line(Matrix("ReadOnlyMatrix", product.Left.Tensor, Indices(product.Left.Indices), _rows, _inner) + ",");
                writer.Line(Matrix("ReadOnlyMatrix", product.Right.Tensor, Indices(product.Right.Indices), _inner, _columns) + ",");
                writer.Line(Matrix("Matrix", _step.Target, Indices(_step.Layout), _rows, _columns) + ",");
                writer.Line($"add: {(again.IsEmpty ? "false" : string.Join(" || ", again))});");
            });
        }
    }

    private string Matrix(string type, string tensor, ImmutableArray<Index> layout, ImmutableArray<Index> rows, ImmutableArray<Index> columns)
    {
        var offset = string.Join(" + ", _loops.Where(layout.Contains).Select(index => Times(index.Name, Stride(layout, index))));
        return $"new {type}<{_element}>({tensor}{(offset.Length > 0 ? $".Slice({offset})" : "")}, {Length(rows)}, {Length(columns)}, {StrideOf(layout, rows)}, {StrideOf(layout, columns)})";
    }

    private static string StrideOf(ImmutableArray<Index> layout, ImmutableArray<Index> run) => Stride(layout, run[run.Length - 1]);

    /// <summary>How far apart the elements of neighbours along an index are: the extents of the axes behind it.</summary>
    private static string Stride(ImmutableArray<Index> layout, Index index) => Length(layout.Skip(layout.IndexOf(index) + 1));

    private static string Times(string name, string stride) => stride == "1" ? name : $"{name} * {stride}";

    private static ImmutableArray<Index> Indices(IEnumerable<Index?> layout) => [.. layout.OfType<Index>()];

    private static ImmutableArray<Index> Of(IndexSet set, ImmutableArray<Index> order) => [.. order.Where(set.Contains)];

    /// <summary>The last of some indices, with those before it that are its neighbours in both layouts: together they are like one.</summary>
    private static ImmutableArray<Index> Joined(ImmutableArray<Index> indices, ImmutableArray<Index> a, ImmutableArray<Index> b)
    {
        var first = indices.Length - 1;
        while (first > 0 && AreNeighbours(a) && AreNeighbours(b)) first--;
        return [.. indices.Skip(first)];

        bool AreNeighbours(ImmutableArray<Index> layout) => layout.IndexOf(indices[first]) == layout.IndexOf(indices[first - 1]) + 1;
    }
}
