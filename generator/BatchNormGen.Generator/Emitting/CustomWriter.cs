using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes a call of a user's own method: copies of the tensors go in, and the results are copied to where they belong.</summary>
/// <param name="step">The call.</param>
/// <param name="element">The element type.</param>
internal sealed class CustomWriter(CustomCall step, string element)
{
    public void Write(CodeWriter writer)
    {
        var custom = step.Results[0].Call;
        writer.Comment(PlanPrinter.Call(step));
        var arguments = custom.Arguments.Zip(step.Results[0].Arguments, (declared, passed) => Argument(declared, passed));
        var results = Enumerable.Range(0, custom.Method.Results).Select(result => step.Results.Any(tensor => tensor.Call.Result == result) ? $"result{result + 1}" : "_").ToList();
        writer.Line($"{(results.Count == 1 ? $"var {results[0]}" : $"var ({string.Join(", ", results)})")} = {custom.Method.Method}({string.Join(", ", arguments)});");
        foreach (var tensor in step.Results)
            writer.Line($"CustomResults.Copy<{element}>({results[tensor.Call.Result]}, {tensor.Name}, [{Lengths(tensor.Call.Indices)}], \"{custom.Method.Name}\");");
    }

    private string Argument(CustomArgument declared, Expr passed) => passed switch
    {
        Read { Indices.IsEmpty: true } scalar => $"global::System.Numerics.Tensors.Tensor.Create([{scalar.Tensor}])",
        Read read => $"global::System.Numerics.Tensors.Tensor.Create({read.Tensor}.ToArray(), [{Lengths(declared.Layout)}])",
        Scalar scalar => scalar.Name,
        Constant constant => Literals.Of(constant.Value, element),
        _ => throw new InvalidOperationException($"{passed} cannot be passed."),
    };

    private static string Lengths(IEnumerable<Index?> layout) => string.Join(", ", layout.Select(index => index?.Axis.Name ?? "1"));
}
