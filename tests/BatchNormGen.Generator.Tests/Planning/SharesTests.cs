using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Planning;

public class SharesTests
{
    private readonly Graph _graph = new();
    private readonly Index _n, _d;
    private readonly Expr _x;

    public SharesTests()
    {
        (_n, _d) = (_graph.Index(new Axis("N")), _graph.Index(new Axis("D")));
        _x = _graph.Read("x", [_n, _d]);
    }

    private IndexSet Over => IndexSet.Of([_d]);

    private Expr Exp(params IEnumerable<Expr> terms) => _graph.Apply(Functions.Exp, _graph.Add(terms));

    private Expr Minus(Expr value) => _graph.Negate(value);

    private Expr Log(Expr value) => _graph.Apply(Functions.Log, value);

    private Named Reduced(string name, Reduction kind, Expr body) => (Named)_graph.Named(name, _graph.Reduce(kind, Over, body));

    private string Write(Named sum, Expr value) => new Shares(_graph, [sum]).Write(value).ToString();

    private Named Largest(Expr body) => Reduced("m", Reduction.Max, body);

    [Fact]
    public void An_exponential_of_the_sum_is_divided_by_it()
    {
        var m = Largest(_x);
        var e = _graph.Named("e", Exp(_x, Minus(m)));
        var s = Reduced("s", Reduction.Sum, e);
        Assert.Equal("e[n,d]/s[n]", Write(s, Exp(_x, Minus(m), Minus(Log(s)))));
        Assert.Equal("e[n,d]/s[n]", Write(s, Exp(Minus(Log(s)), _x, Minus(m))));
        Assert.Equal("x[n,d]·e[n,d]/s[n]", Write(s, _graph.Multiply(_x, Exp(_x, Minus(m), Minus(Log(s))))));
    }

    [Fact]
    public void Names_of_what_is_subtracted_make_no_difference()
    {
        var center = _graph.Mean(Over, Reduced("sumX", Reduction.Sum, _x));
        var shifted = _graph.Named("shifted", _graph.Subtract(_x, center));
        var m = Largest(shifted);
        var finite = _graph.Apply(Functions.Where, _graph.Apply(Functions.LessThan, m, _graph.One), m, _graph.Zero);
        var s = Reduced("s", Reduction.Sum, Exp(shifted, Minus(finite)));
        var offset = _graph.Named("offset", _graph.Add(center, finite, Log(s)));
        Assert.EndsWith("/s[n]", Write(s, Exp(_x, Minus(offset))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_subtracted_must_be_the_maximum_of_the_same_elements_over_the_same_indices()
    {
        foreach (var m in new[] { Reduced("m", Reduction.Min, _x), Largest(_graph.Read("y", [_n, _d])), (Named)_graph.Named("m", _graph.Read("y", [_n])), (Named)_graph.Named("m", _graph.Reduce(Reduction.Max, IndexSet.Of([_n, _d]), _x)) })
        {
            var s = Reduced("s", Reduction.Sum, Exp(_x, Minus(m)));
            var value = Exp(_x, Minus(m), Minus(Log(s)));
            Assert.Equal(value.ToString(), Write(s, value));
        }
    }

    [Fact]
    public void Any_other_exponential_stays()
    {
        var m = Largest(_x);
        var s = Reduced("s", Reduction.Sum, Exp(_x, Minus(m)));
        foreach (var value in new[] { Exp(_x, Minus(m)), Exp(_x, Minus(Log(s))), Exp(_x, Minus(m), Log(s)), Exp(_graph.Multiply(_graph.Constant(2), _x), Minus(m), Minus(Log(s))) })
            Assert.Equal(value.ToString(), Write(s, value));
    }

    [Fact]
    public void Where_something_else_needs_the_logarithm_of_the_sum_its_shares_stay()
    {
        var m = _graph.Reduce(Reduction.Max, Over, _x);
        var s = _graph.Reduce(Reduction.Sum, Over, Exp(_x, Minus(m)));
        var share = Exp(_x, Minus(m), Minus(Log(s)));
        Assert.Equal(_graph.Divide(((Reduce)s).Body, s), Shares.WithoutLogarithms(_graph, [share]).Write(share));
        Assert.Equal(share, Shares.WithoutLogarithms(_graph, [_graph.Add(m, Log(s)), share]).Write(share));
    }
}
