using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Algebra;

public class SubstitutionTests
{
    private static readonly Axis D = new("D");

    private readonly Graph _g = new();
    private readonly Index _d, _d2;
    private readonly Expr _x, _y;

    public SubstitutionTests()
    {
        (_d, _d2) = (_g.Index(D), _g.Index(D, 1));
        (_x, _y) = (_g.Read("x", [_d, _d2]), _g.Read("y", [_d]));
    }

    private string Rename(Expr node, params (Index From, Index To)[] pairs) =>
        new Substitution(_g, pairs.ToDictionary(pair => pair.From, pair => pair.To)).Apply(node).ToString();

    private Expr Sum(Index index, Expr body) => _g.Sum(IndexSet.Of([index]), body);

    [Fact]
    public void Free_indices_are_renamed_everywhere() =>
        Assert.Equal("y[d2]² + exp(y[d2])", Rename(_g.Add(_g.Power(_y, 2), _g.Apply(Functions.Table[0], _y)), (_d, _d2)));

    [Fact]
    public void All_are_renamed_at_once() => Assert.Equal("x[d2,d] + y[d2]", Rename(_g.Add(_x, _y), (_d, _d2), (_d2, _d)));

    [Fact]
    public void Bound_indices_stay() => Assert.Equal("Σ_d y[d]", Rename(Sum(_d, _y), (_d, _d2)));

    [Fact]
    public void A_bound_index_is_renamed_where_a_new_name_would_be_caught() => Assert.Equal("Σ_d3 x[d2,d3]", Rename(Sum(_d2, _x), (_d, _d2)));

    [Fact]
    public void A_sum_inside_that_binds_the_same_index_stays() =>
        Assert.Equal("Σ_d3 y[d2]·x[d2,d3]·Σ_d y[d]", Rename(Sum(_d2, _g.Multiply(_x, _y, Sum(_d, _y))), (_d, _d2)));

    [Fact]
    public void What_does_not_mention_the_index_is_the_same_object()
    {
        var sum = Sum(_d, _y);
        Assert.Same(sum, new Substitution(_g, new Dictionary<Index, Index> { [_d] = _d2 }).Apply(sum));
        Assert.Same(_g.One, new Substitution(_g, new Dictionary<Index, Index> { [_d] = _d2 }).Apply(_g.One));
    }

    [Fact]
    public void A_stage_keeps_its_name() => Assert.Equal("s[d2]", Rename(_g.Named("s", _y), (_d, _d2)));
}
