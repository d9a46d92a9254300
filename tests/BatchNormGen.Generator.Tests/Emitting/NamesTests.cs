namespace BatchNormGen.Generator.Tests.Emitting;

public class NamesTests
{
    /// <summary>Names that the emitted code uses for its own variables, types and members, and keywords.</summary>
    private static readonly string[] Own =
    [
        "from", "to", "end", "stop", "start", "at", "at2", "block", "blockEnd", "done1", "chunk", "chunks", "instance", "sweep", "sweeps", "value", "V", "rowFrom", "rowTo",
        "partials", "Run", "Finish0", "Finish1", "Total", "Sweep1", "isFilled", "Prepare", "Forward", "Backward", "ForwardSweeps", "BackwardSweeps",
        "Math", "Span", "ReadOnlySpan", "Scratch", "Chunks", "Workers", "Partials", "Moments", "Scalars", "Lane", "Lanes512", "ISweep", "ILanes", "System", "BatchNormGen", "global", "Arguments", "Tensor",
        "n", "d", "nd", "N", "D", "ND", "xs", "x2", "xHere", "xHigh", "xElements", "xScratch", "xBlock", "xLanes", "outputValue", "dxElements", "dxs", "sumX", "sumXScratch", "sumXHere", "sumXHigh",
        "scale", "shift", "offset", "root", "sum", "var", "field", "args", "nameof", "_", "__", "@in", "@this", "@class", "@for", "@null", "@default", "@int",
    ];

    public static TheoryData<string> Names => [.. Own];

    /// <summary>A layer with sums over rows and columns, saved values, small values and several regions, in which one name can be anything.</summary>
    private static string Source(string parameter = "x", string other = "w", string scalar = "eps", string stage = "mean", string saved = "inv", string rows = "N", string columns = "D", string result = "Tensor<float>", string element = "float", string axis = "0") => Layers.Source(
        $$"""{{result}} F([Shape("{{rows}}, {{columns}}")] Tensor<float> {{parameter}}, [Shape("{{(axis == "0" ? columns : rows + ", 1")}}")] Tensor<float> {{other}}, [Gradient] float {{scalar}})""",
        $$"""
        var {{stage}} = {{parameter}}.Mean(axis: {{axis}}, keepDims: true);
        var @dev_ = {{parameter}} - {{stage}};
        var {{saved}} = (@dev_.Square().Mean(axis: {{axis}}, keepDims: true) + {{scalar}}).ReciprocalSqrt();
        var all_ = @dev_.Exp().Sum(axes: [0, 1], keepDims: true);
        return {{(result.StartsWith('(') ? $"({{0}} * {other} * all_, {saved})".Replace("{0}", $"@dev_ * {saved}") : $"@dev_ * {saved} * {other} * all_")}};
        """).Replace("float", element);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stage_may_have_any_name(string name)
    {
        Emits.Clean(Source(stage: name));
        Emits.Clean(Source(saved: name, axis: "1"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_may_have_any_name(string name)
    {
        Emits.Clean(Source(parameter: name));
        Emits.Clean(Source(other: name, axis: "1"));
        Emits.Clean(Source(scalar: name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_axis_may_have_any_name(string name)
    {
        Emits.Clean(Source(rows: name.TrimStart('@'), columns: "Columns_"));
        Emits.Clean(Source(columns: name.TrimStart('@'), rows: "Rows_", axis: "1"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_result_may_have_any_name(string name) =>
        Emits.Clean(Source(result: $"(Tensor<float> {name}, Tensor<float> other_)"));

    [Theory]
    [InlineData("X")]
    [InlineData("In")]
    [InlineData("Is")]
    [InlineData("Out")]
    [InlineData("W")]
    [InlineData("Eps")]
    [InlineData("Mean")]
    [InlineData("Base")]
    public void An_axis_may_be_called_like_anything_else_in_lower_case(string name) => Emits.Clean(Source(rows: name));
}
