using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class AncestryTests
{
    private readonly Graph _g = new();
    private readonly Ancestry _ancestry = new();
    private readonly Expr _a, _b, _sum, _product;

    /// <summary>a + b, and the product of that and b.</summary>
    public AncestryTests()
    {
        (_a, _b) = (_g.Scalar("a"), _g.Scalar("b"));
        _sum = _g.Add(_a, _b);
        _product = _g.Multiply(_sum, _b);
    }

    private IEnumerable<Expr> Outdated => new[] { _a, _b, _sum, _product }.Where(_ancestry.IsOutdated);

    [Fact]
    public void All_that_contains_what_was_replaced_is_outdated_and_nothing_else()
    {
        _ancestry.Add(_product);
        Assert.Empty(Outdated);
        _ancestry.Outdate(_a);
        Assert.Equal([_a, _sum, _product], Outdated);
    }

    [Fact]
    public void What_contains_it_and_comes_to_be_known_later_is_outdated_too()
    {
        _ancestry.Add(_sum);
        _ancestry.Outdate(_sum);
        Assert.Equal([_sum], Outdated);
        _ancestry.Add(_product);
        Assert.Equal([_sum, _product], Outdated);
    }
}
