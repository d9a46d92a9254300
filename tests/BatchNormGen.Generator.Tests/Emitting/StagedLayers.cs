using AllCompositions = BatchNormGen.Generator.Reading.Compositions;
using AllFunctions = BatchNormGen.Generator.Algebra.Functions;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>
/// Layers that together use all that the generator reads: one for each row of the tables of functions and compositions,
/// so that a new row is tested without anybody thinking of it, and those that put operations together.
/// </summary>
internal static class StagedLayers
{
    /// <summary>By their names: what stands after the return type and the name, and the body.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        Functions().Concat(Compositions()).Concat(Scalars()).Concat(Others()).ToDictionary(layer => layer.Name, layer => layer.Code, StringComparer.Ordinal);

    /// <summary>The functions that are real for positive arguments only.</summary>
    private static string[] OfPositive => ["Log", "LogP1", "Log2", "Pow", "Sqrt", "ReciprocalSqrt"];

    private static IEnumerable<(string Name, string Code)> Functions()
    {
        var called = AllFunctions.Table.Where(function => function != AllFunctions.Erfc).Concat(AllFunctions.Masks).Select(function => (function.Name, function.Arity, function.IsMask))
            .Concat(AllFunctions.Powers.Select(power => (power.Name, Arity: 1, IsMask: false)));
        foreach (var (name, arity, isMask) in called)
        {
            var (x, z) = OfPositive.Contains(name) ? ("(u.Square() + 0.25)", "y") : ("u", "y");
            var call = (name, arity, isMask) switch
            {
                ("Where", _, _) => "u.GreaterThan(y).Where(u, y)",
                ("Clamp", _, _) => "u.Clamp(-0.75, 0.5)",
                (_, 1, _) => $"{x}.{name}()",
                (_, 2, false) => $"{x}.{name}({z})",
                (_, 2, true) => $"u.{name}(y).Where(u.Square(), x * y)",
                _ => throw new NotSupportedException($"Say how {name} of {arity} operands is called."),
            };
            yield return ($"Function{name}", $$"""Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var u = x * y; return {{call}} * x; }""");
        }
    }

    private static IEnumerable<(string Name, string Code)> Compositions()
    {
        foreach (var row in AllCompositions.ElementWiseTable)
        {
            var call = row.Name == "GeluTanh" ? "Gelu(GeluApproximation.Tanh)" : row.Arity == 2 ? $"{row.Name}(0.3)" : $"{row.Name}()";
            yield return ($"Composition{row.Name}", $$"""Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var u = x * y; return u.{{call}} * y; }""");
        }
        foreach (var row in AllCompositions.ReductionTable)
        {
            string[] calls = ["", "axis: 0", "axis: 1, keepDims: true", "axes: [0, 2]", .. row.HasCorrection ? ["axis: 0, correction: 1"] : (string[])[]];
            for (var i = 0; i < calls.Length; i++)
                yield return ($"Reduction{row.Name}{i}", $$"""{{(i == 0 ? "double" : "Tensor<double>")}} # ([Shape("N, C, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var u = x * y; return u.{{row.Name}}({{calls[i]}}) * 0.5; }""");
        }
        foreach (var row in AllCompositions.AlongTable)
            for (var axis = 0; axis < 3; axis++)
                yield return ($"Along{row.Name}{axis}", $$"""Tensor<double> # ([Shape("N, C, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var u = x * y; return u.{{row.Name}}(axis: {{axis}}) * y; }""");
    }

    /// <summary>Functions of a scalar that has a gradient, as C# calls them.</summary>
    private static IEnumerable<(string Name, string Code)> Scalars() =>
        from call in (string[])["Math.Exp(s)", "Math.Log(s)", "Math.Log2(s)", "Math.Sin(s)", "Math.Cos(s)", "Math.Tanh(s)", "Math.Sqrt(s)", "Math.Abs(s)", "Math.Pow(s, t)", "Math.Max(s, t)", "Math.Min(s, t)", "Math.Max(s, 1)", "Math.Pow(s, 3)", "(1 / (s * t + 1))"]
        select ($"Scalar{call.Length}{new string([.. call.Where(char.IsLetter)])}", $$"""Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Gradient] double s, [Gradient] double t) { var a = {{call}} * t; return a * x + s; }""");

    private static IEnumerable<(string Name, string Code)> Others() =>
    [
        // Masks.
        ("KeptMask", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var isLarger = x.GreaterThan(y); return isLarger.Where(x.Square(), 0) + isLarger.Where(y, x * y); }"""),
        ("SmallMask", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) { var keep = y.GreaterThan(0); return keep.Where(x, y) * x; }"""),
        ("MaskOfColumn", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("N")] Tensor<double> y) { var keep = y.GreaterThan(0).Where(1, 0.5 * y); return x * keep.Unsqueeze(1); }"""),
        ("Huber", """double # ([Shape("N, D")] Tensor<double> x, [Shape("N, D"), NoGradient] Tensor<double> y, [Gradient] double s) { var error = x - y; var size = error.Abs(); return size.LessThan(s).Where(0.5 * error.Square(), s * (size - 0.5 * s)).Mean(); }"""),
        ("ClampByTensors", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Gradient] double low) => x.Clamp(low - 1, low) * x;"""),
        ("MaximumOfItself", """Tensor<double> # ([Shape("N, D")] Tensor<double> x) => x.Maximum(x) * x.Minimum(0.5);"""),
        ("MaskTimes", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => x.Relu() * y.Maximum(x).Relu();"""),
        ("SumOfLogSoftmax", """Tensor<double> # ([Shape("N, D")] Tensor<double> x) => x.LogSoftmax(axis: 1).Sum(axis: 1);"""),

        // Labels.
        ("CrossEntropy", """double # ([Shape("N, C")] Tensor<double> logits, [Shape("N")] Tensor<int> labels) { var logProbabilities = logits.LogSoftmax(axis: 1); var picked = logProbabilities.Gather(labels, axis: 1); return -picked.Mean(); }"""),
        ("CrossEntropyOneHot", """double # ([Shape("N, C")] Tensor<double> logits, [Shape("N")] Tensor<int> labels) { var target = labels.OneHot<double>(logits.Lengths[1]); return -(target * logits.LogSoftmax(axis: 1)).Sum() / logits.Lengths[0]; }"""),
        ("GatherOfThree", """Tensor<double> # ([Shape("N, C, D")] Tensor<double> x, [Shape("N, D")] Tensor<int> labels, [Shape("C, D")] Tensor<double> y) => (x * y).Gather(labels, axis: 1);"""),
        ("GatherOfVector", """Tensor<double> # ([Shape("C")] Tensor<double> x, [Shape("1")] Tensor<int> labels) => x.Softmax(axis: 0).Gather(labels, axis: 0);"""),
        ("GatherOfRows", """Tensor<double> # ([Shape("C, N")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => x.Exp().Gather(labels, axis: 0);"""),
        ("Embedding", """Tensor<double> # ([Shape("N")] Tensor<int> labels, [Shape("C, D")] Tensor<double> table) => labels.OneHot<double>(table.Lengths[0]).MatMul(table);"""),
        ("OneHotOfFixed", """Tensor<double> # ([Shape("N")] Tensor<int> labels, [Shape("3, D")] Tensor<double> table) { var hot = labels.OneHot<double>(3); return hot.MatMul(table).Tanh(); }"""),

        ("GatherOfParts", """Tensor<double> # ([Shape("N, F")] Tensor<double> x, [Shape("N")] Tensor<int> labels, int groups) { var shifted = x - x.Reshape(x.Lengths[0], groups, x.Lengths[1] / groups).Mean(axes: [1, 2]).Unsqueeze(1); return shifted.Gather(labels, axis: 1) * x.Gather(labels, axis: 1); }"""),
        ("GatherOfJoined", """Tensor<double> # ([Shape("N, H, W")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => x.Tanh().Reshape(x.Lengths[0], -1).Gather(labels, axis: 1);"""),

        // Products.
        ("Affine", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D, M")] Tensor<double> w, [Shape("M")] Tensor<double> b) => x.MatMul(w) + b;"""),
        ("AffineRelu", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D, M")] Tensor<double> w, [Shape("M")] Tensor<double> b) { var scores = x.MatMul(w) + b; return scores.Relu(); }"""),
        ("MatMulOfTransposed", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("M, D")] Tensor<double> w) => x.MatMul(w.Transpose());"""),
        ("MatMulThenTransposed", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D, M")] Tensor<double> w, [Shape("N")] Tensor<double> b) => x.MatMul(w).Transpose() * b;"""),
        ("MatMulOfBatches", """Tensor<double> # ([Shape("B, N, K")] Tensor<double> x, [Shape("B, K, M")] Tensor<double> y) => x.MatMul(y).Tanh();"""),
        ("MatMulOfBatchAndMatrix", """Tensor<double> # ([Shape("B, N, K")] Tensor<double> x, [Shape("K, M")] Tensor<double> y, [Shape("M")] Tensor<double> b) => (x.MatMul(y) + b).Sigmoid();"""),
        ("MatMulOfMatrixAndBatch", """Tensor<double> # ([Shape("N, K")] Tensor<double> x, [Shape("B, K, M")] Tensor<double> y) => x.MatMul(y);"""),
        ("MatMulOfTwoBatches", """Tensor<double> # ([Shape("A, B, N, K")] Tensor<double> x, [Shape("B, K, M")] Tensor<double> y) => x.MatMul(y).Square();"""),
        ("MatrixTimesVector", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) => x.MatMul(y);"""),
        ("VectorTimesMatrix", """Tensor<double> # ([Shape("N")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => x.MatMul(y);"""),
        ("VectorTimesVector", """Tensor<double> # ([Shape("N")] Tensor<double> x, [Shape("N")] Tensor<double> y) => x.MatMul(y);"""),
        ("BatchTimesVector", """Tensor<double> # ([Shape("B, N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) => x.MatMul(y);"""),
        ("Gram", """Tensor<double> # ([Shape("N, D")] Tensor<double> x) => x.MatMul(x.Transpose());"""),
        ("Powers", """Tensor<double> # ([Shape("D, D")] Tensor<double> x) { var square = x.MatMul(x); return square.MatMul(x.Transpose()) + square.Transpose(); }"""),
        ("SumOfGram", """Tensor<double> # ([Shape("N, H, D")] Tensor<double> x) => x.MatMul(x.Transpose()).Sum(axes: [0, 2], keepDims: true).Tanh();"""),
        ("SumAsOperand", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("N, H, D")] Tensor<double> y, [Shape("H")] Tensor<double> u) => u.MatMul(y).MatMul(x.Transpose());"""),
        ("MinAsOperand", """Tensor<double> # ([Shape("H, M")] Tensor<double> x, [Shape("N, D, H")] Tensor<double> y) => y.Min(axis: 0).MatMul(x);"""),
        ("FlattenedWithItself", """Tensor<double> # ([Shape("N, H")] Tensor<double> x) { var flat = x.Reshape(-1); var column = flat.Unsqueeze(1); return flat / (column * column + 1); }"""),
        ("LoopCalledEnd", """Tensor<double> # ([Shape("E, N, 1, D")] Tensor<double> x) => (x.Square() + 0.5).ReciprocalSqrt();"""),
        ("TotalOfStage", """(Tensor<double> probabilities, Tensor<double> flat, Tensor<double> hidden) # ([Shape("N, C, H"), NoGradient] Tensor<double> y, [Shape("C, H")] Tensor<double> u) { var hidden = u.Tanh(); var probabilities = (hidden - y).Softmax(axis: 2); return (probabilities.Reshape(y.Lengths[0], -1), u.Reshape(-1), hidden); }"""),
        ("Outer", """Tensor<double> # ([Shape("N")] Tensor<double> x, [Shape("M")] Tensor<double> y) => x.Unsqueeze(1).MatMul(y.Unsqueeze(0));"""),
        ("Attention", """Tensor<double> # ([Shape("N, D")] Tensor<double> q, [Shape("M, D")] Tensor<double> k, [Shape("M, E")] Tensor<double> v) { var scores = q.MatMul(k.Transpose()) / Math.Sqrt(q.Lengths[1]); var weights = scores.Softmax(axis: 1); return weights.MatMul(v); }"""),
        ("AttentionOfBatches", """Tensor<double> # ([Shape("B, T, D")] Tensor<double> q, [Shape("B, S, D")] Tensor<double> k, [Shape("B, S, E")] Tensor<double> v, [Gradient] double s) { var weights = (q.MatMul(k.Transpose()) * s).Softmax(axis: -1); return weights.MatMul(v); }"""),
        ("Heads", """Tensor<double> # ([Shape("B, T, E")] Tensor<double> x, [Shape("E, F")] Tensor<double> w, int groups) { var h = x.MatMul(w).Reshape(x.Lengths[0], x.Lengths[1], groups, w.Lengths[1] / groups).Permute(0, 2, 1, 3); var weights = h.MatMul(h.Transpose()).Softmax(axis: -1); var mixed = weights.MatMul(h).Permute(0, 2, 1, 3); return mixed.Reshape(x.Lengths[0], x.Lengths[1], w.Lengths[1]); }"""),
        ("Network", """double # ([Shape("N, D")] Tensor<double> x, [Shape("N")] Tensor<int> labels, [Shape("D, H")] Tensor<double> w1, [Shape("H")] Tensor<double> b1, [Shape("H, C")] Tensor<double> w2, [Shape("C")] Tensor<double> b2) { var hidden = (x.MatMul(w1) + b1).Relu(); var logits = hidden.MatMul(w2) + b2; return -logits.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean(); }"""),

        // Axes.
        ("GroupNorm", """Tensor<double> # ([Shape("N, F, H, W")] Tensor<double> x, [Shape("F, 1, 1")] Tensor<double> gamma, [Shape("F, 1, 1")] Tensor<double> beta, int groups, double eps) { var grouped = x.Reshape(x.Lengths[0], groups, x.Lengths[1] / groups, x.Lengths[2], x.Lengths[3]); var mean = grouped.Mean(axes: [2, 3, 4], keepDims: true); var deviation = grouped - mean; var variance = deviation.Square().Mean(axes: [2, 3, 4], keepDims: true); var normalized = deviation / (variance + eps).Sqrt(); return gamma * normalized.Reshape(x.Lengths) + beta; }"""),
        ("GroupNormOfParts", """Tensor<double> # ([Shape("N, F, H, W")] Tensor<double> x, [Shape("F, 1, 1")] Tensor<double> gamma, int groups) { var grouped = x.Reshape(x.Lengths[0], groups, x.Lengths[1] / groups, x.Lengths[2], x.Lengths[3]); var deviation = grouped - grouped.Mean(axes: [2, 3, 4], keepDims: true); return gamma * deviation.Reshape(x.Lengths).Tanh(); }"""),
        ("MeansOfGroups", """Tensor<double> # ([Shape("N, F")] Tensor<double> x, int groups) => x.Reshape(x.Lengths[0], groups, -1).Mean(axis: 2);"""),
        ("Flattened", """Tensor<double> # ([Shape("N, H, W")] Tensor<double> x) { var flat = x.Square().Reshape(x.Lengths[0], -1).Softmax(axis: 1); return flat.Reshape(x.Lengths) * x; }"""),
        ("FlattenedResult", """Tensor<double> # ([Shape("N, H, W")] Tensor<double> x, [Shape("W")] Tensor<double> w) => (x * w).Reshape(x.Lengths[0], -1);"""),
        ("FixedParts", """Tensor<double> # ([Shape("N, 6")] Tensor<double> x, [Shape("2, 1")] Tensor<double> w) => (x.Reshape(x.Lengths[0], 2, 3) * w).Max(axis: 2);"""),
        ("Permuted", """Tensor<double> # ([Shape("N, C, D")] Tensor<double> x, [Shape("D, N, C")] Tensor<double> y) => x.Permute(2, 0, 1) * y + y.Sum(axis: 0);"""),
        ("Squeezed", """Tensor<double> # ([Shape("N, 1, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => x.Squeeze(1) * y + x.Unsqueeze(0).Sum(axes: [0, 1, 2]);"""),

        // The rest.
        ("Stopped", """Tensor<double> # ([Shape("N, D")] Tensor<double> x) { var max = x.Max(axis: 1, keepDims: true).StopGradient(); var e = (x - max).Exp(); return e / e.Sum(axis: 1, keepDims: true); }"""),
        ("StoppedOutput", """(Tensor<double> y, Tensor<double> seen) # ([Shape("N, D")] Tensor<double> x) { var mean = x.Mean(axis: 0); return (x * mean, mean.StopGradient()); }"""),
        ("SeveralOutputs", """(Tensor<double> probabilities, double loss, Tensor<double> logits) # ([Shape("N, D")] Tensor<double> x, [Shape("D, C")] Tensor<double> w, [Shape("N")] Tensor<int> labels) { var logits = x.MatMul(w); var probabilities = logits.Softmax(axis: 1); return (probabilities, -probabilities.Gather(labels, axis: 1).Log().Mean(), logits); }"""),
        ("Temperature", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Gradient] double s) => (x / s).Softmax(axis: 1);"""),
        ("PowerOfScalar", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Gradient] double s) => (x.Square() + 0.5).Pow(s);"""),
        ("PNorm", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Gradient] double s) => (x.Abs() + 0.1).Pow(s).Sum(axis: 1).Pow(1 / s);"""),
        ("Loop", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D, D")] Tensor<double> w) { var h = x; for (var i = 0; i < 3; i++) h = h.MatMul(w).Tanh() + h; return h; }"""),
        ("OwnGradient", """Tensor<double> # ([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w, double s) { var u = x * w; return Own(u, w, s) * x; } internal static Tensor<double> Own(Tensor<double> a, Tensor<double> b, double scale) => a.Tanh() * b * scale; [GradientOf(nameof(Own))] internal static (Tensor<double>, Tensor<double>) OwnGradient2(Tensor<double> incoming, Tensor<double> a, Tensor<double> b, double scale) => (incoming * (1 - a.Tanh().Square()) * b * scale, (incoming * a.Tanh() * scale).Sum(axis: 0));"""),
        ("MaxPool", """Tensor<double> # ([Shape("N, F")] Tensor<double> x, int groups) { var max = x.Tanh().Reshape(x.Lengths[0], groups, x.Lengths[1] / groups).Max(axis: 2); return max * max; }"""),
    ];
}
