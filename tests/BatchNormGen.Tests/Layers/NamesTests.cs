using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class NamesTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 3, 4 }, { 7, 19 }, { 33, 5 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Names_of_loops(int n, int d) => Check(
        [Input("n", n, d), Input("d", d), Positive("at", 1)],
        t => Names.OfLoops(t[0], t[1], t[2][0]), t => Names.OfLoopsFused(t[0], t[1], t[2][0]), t => Names.OfLoopsForward(t[0], t[1], t[2][0]),
        (dout, cache) => Names.OfLoopsBackward(dout, cache) is var (dn, dd, dat) ? [dn, dd, Scalar(dat)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Names_of_sweeps(int n, int d) => Check(
        [Input("sum", n, d), Input("value", n, d), Input("scale", d)],
        t => Names.OfSweeps(t[0], t[1], t[2], 1.5), t => Names.OfSweepsFused(t[0], t[1], t[2], 1.5), t => Names.OfSweepsForward(t[0], t[1], t[2], 1.5),
        (dout, cache) => Names.OfSweepsBackward(dout, cache) is var (dsum, dvalue, dscale) ? [dsum, dvalue, dscale] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Names_whose_plural_is_a_keyword(int n, int d) => Check(
        [Input("b", n, d), Input("a", d), Input("i", d), Input("thi", d)],
        t => Names.ThatMakeKeywords(t[0], t[1], t[2], t[3]), t => Names.ThatMakeKeywordsFused(t[0], t[1], t[2], t[3]), t => Names.ThatMakeKeywordsForward(t[0], t[1], t[2], t[3]),
        (dout, cache) => Names.ThatMakeKeywordsBackward(dout, cache) is var (db, da, di, dthi) ? [db, da, di, dthi] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Names_of_axes(int n, int d) => Check(
        [Input("x", n, d), Input("v", d)],
        t => Names.OfAxes(t[0], t[1]), t => Names.OfAxesFused(t[0], t[1]), t => Names.OfAxesForward(t[0], t[1]),
        (dout, cache) => Names.OfAxesBackward(dout, cache) is var (dx, dv) ? [dx, dv] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Names_of_results(int n, int d) => Check(
        [Input("x", n, d), Input("scale", d)],
        t => Names.OfResults(t[0], t[1]), t => Names.OfResultsFused(t[0], t[1]), t => Names.OfResultsForward(t[0], t[1]),
        (dout, cache) => Names.OfResultsBackward(dout, cache) is var (dx, dscale) ? [dx, dscale] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Several_results(int n, int d)
    {
        GradientCheck.Run(
            [Input("x", n, d), Input("gamma", d)],
            t => Names.Several(t[0], t[1]) is var (normal, mean, total) ? [normal, mean, Scalar(total)] : [],
            (t, douts) => Names.SeveralBackward(douts[0], douts[1], douts[2][0], Names.SeveralForward(t[0], t[1]).cache) is var (dx, dgamma) ? [dx, dgamma] : [],
            new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-8, RelativeTolerance = 1e-7 }).ThrowIfFailed();
    }
}
