using System;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

// What moves axes, and what picks elements along one. An element is the same wherever its axes stand, so most of this changes layouts alone.
internal sealed partial class ExpressionReader
{
    private Value? ReadTranspose(IOperation matrix, Call call)
    {
        if (Read(matrix) is not { } x) return null;
        if (x.Layout is [.., var row, var column]) return x with { Layout = [.. x.Layout.Take(x.Layout.Length - 2), column, row] };
        scope.Report(Descriptors.AxisOutOfRange, call.Place, "-2", "does not exist", x.Shape, x.Layout.Length - 1);
        return null;
    }

    private Value? ReadPermute(Call call)
    {
        if (Read(call.Operands[0]) is not { } x || call.Operands.Length != 2 || ReadAxes(call.Operands[1], x) is not { } axes) return null;
        if (axes.Length == x.Layout.Length) return x with { Layout = [.. axes.Select(axis => x.Layout[axis])] };
        var missing = Enumerable.Range(0, x.Layout.Length).First(axis => !axes.Contains(axis));
        return NoSuchAxis<Value>(call.Operands[1], missing.ToString(System.Globalization.CultureInfo.InvariantCulture), "is not named", x);
    }

    private Value? ReadUnsqueeze(IOperation operand, IOperation axis)
    {
        if (Read(operand) is not { } x || ReadAxis(axis, x with { Layout = x.Layout.Add(null) }) is not { } at) return null;
        return x with { Layout = x.Layout.Insert(at, null) };
    }

    private Value? ReadSqueeze(IOperation operand, IOperation axis)
    {
        if (Read(operand) is not { } x || ReadAxis(axis, x) is not { } at) return null;
        if (x.Layout[at] is { } index) return NoSuchAxis<Value>(axis, Place.Text(axis.Syntax), $"has the extent {index.Axis.Name}, not 1", x);
        return x with { Layout = x.Layout.Length == 1 ? x.Layout : x.Layout.RemoveAt(at) };
    }

    /// <summary>Σ_c [labels = c]·x over the axis c: the element at the label.</summary>
    private Value? ReadGather(Call call)
    {
        if (call.Operands is not [var operand, var labelled, var axis]) return NotTaken(call);
        if (Read(operand) is not { } x || Read(labelled) is not { } labels || ReadAxis(axis, x) is not { } at) return null;
        ImmutableArray<Algebra.Index?> rest = x.Layout.Length == 1 ? [null] : x.Layout.RemoveAt(at);
        if (!labels.Layout.Select(index => index?.Axis).SequenceEqual(rest.Select(index => index?.Axis)))
        {
            scope.Report(Descriptors.LabelsDoNotFit, labelled.Syntax.GetLocation(), labels.Shape, x.Shape, Value.Write(rest));
            return null;
        }
        RequireLabels(labels.Expr, x.Layout[at]?.Axis ?? new Axis("1"));
        if (x.Layout[at] is not { } chosen) return new(x.Expr, rest);
        var isChosen = Graph.Apply(Functions.EqualTo, Broadcast.To(Graph, labels, rest), Graph.Position(chosen));
        return new(Graph.Sum(IndexSet.Of([chosen]), Graph.Multiply(isChosen, x.Expr)), rest);
    }

    /// <summary>[labels = c] over a new axis c.</summary>
    private Value? ReadOneHot(IOperation labelled, IOperation classes)
    {
        if (Read(labelled) is not { } labels || Read(classes) is not { } count) return null;
        var axis = count.Expr switch
        {
            Extent extent => extent.Axis,
            Constant { Value: { IsInteger: true, Sign: > 0 } number } => new Axis(number.ToString()),
            Product => Graph.Splits.Keys.FirstOrDefault(whole => Graph.Extent(whole) == count.Expr),
            _ => null,
        };
        if (axis is null)
        {
            NotConstant(classes, "a number or an extent, such as OneHot<float>(10) or OneHot<float>(x.Lengths[1])");
            return null;
        }
        RequireLabels(labels.Expr, axis);
        if (axis.Extent == 1) return new(Graph.One, labels.Layout.Add(null));
        var index = Broadcast.Unused(Graph, axis, labels.Layout);
        return new(Graph.Apply(Functions.EqualTo, labels.Expr, Graph.Position(index)), labels.Layout.Add(index));
    }

    private void RequireLabels(Expr labels, Axis axis)
    {
        if (labels is Read { Tensor: var tensor }) scope.Require(new LabelsInRange(tensor, axis));
    }

    /// <summary>Σ_k a[…,i,k]·b[…,k,j]. A vector has no i or no j.</summary>
    private Value? ReadProduct(IOperation left, IOperation right)
    {
        if (Read(left) is not { } a || Read(right) is not { } b) return null;
        var (isRow, isColumn) = (a.Layout.Length == 1, b.Layout.Length == 1);
        var x = isRow ? a.Layout.Insert(0, null) : a.Layout;
        var y = isColumn ? b.Layout.Add(null) : b.Layout;
        var (over, under) = (x[x.Length - 1], y[y.Length - 2]);
        if (over?.Axis != under?.Axis)
        {
            scope.Report(Descriptors.AxesDoNotAlign, right.Syntax.GetLocation(), a.Shape, b.Shape, Value.WriteAxis(over), Value.WriteAxis(under));
            return null;
        }

        // Batches broadcast; the axes of the matrices are out of their way.
        var (outerA, outerB) = (new Value(a.Expr, x.RemoveRange(x.Length - 2, 2)), new Value(b.Expr, y.RemoveRange(y.Length - 2, 2)));
        if (Broadcast.Layout(Graph, outerA.Layout, outerB.Layout, out var conflict) is not { } batch)
        {
            scope.Report(Descriptors.AxesDoNotAlign, right.Syntax.GetLocation(), a.Shape, b.Shape, conflict.A.Axis.Name, conflict.B.Axis.Name);
            return null;
        }
        var frame = batch.ToBuilder();
        var row = Next(x[x.Length - 2]);
        var inner = Next(over);
        var column = Next(y[y.Length - 1]);
        var product = Graph.Multiply(
            Broadcast.To(Graph, a with { Layout = x }, [.. batch, row, inner]),
            Broadcast.To(Graph, b with { Layout = y }, [.. batch, inner, column]));
        var layout = batch;
        if (!isRow) layout = layout.Add(row);
        if (!isColumn) layout = layout.Add(column);
        if (layout.IsEmpty) layout = [null];
        return new(Graph.Sum(IndexSet.Of([inner]), product), layout);

        Algebra.Index? Next(Algebra.Index? index)
        {
            if (index is null) return null;
            var next = frame.Atoms().Intersect(index.Atoms).Any() ? Broadcast.Unused(Graph, index.Axis, frame) : index;
            frame.Add(next);
            return next;
        }
    }
}
