using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class UsesTests
{
    private readonly Graph _g = new();
    private readonly Uses _uses = new();
    private readonly Expr _a, _b, _c, _expA, _sum;

    /// <summary>exp(a) + b is needed, and so is a by itself.</summary>
    public UsesTests()
    {
        (_a, _b, _c) = (_g.Scalar("a"), _g.Scalar("b"), _g.Scalar("c"));
        _expA = _g.Apply(Functions.Table.Single(function => function.Name == "Exp"), _a);
        _sum = _g.Add(_expA, _b);
    }

    private string Needed(params Expr[] nodes) => string.Join(", ", nodes.Where(_uses.IsNeeded));

    private string All => Needed(_a, _b, _c, _expA, _sum);

    [Fact]
    public void What_a_root_is_made_of_is_needed_and_named_once()
    {
        Assert.Equal([_sum, _b, _expA, _a], _uses.Add([_sum]));
        Assert.Equal([], _uses.Add([_a]));
        Assert.Equal("a, b, exp(a), exp(a) + b", All);
    }

    [Fact]
    public void What_one_root_needs_stays_when_another_is_removed()
    {
        _uses.Add([_sum, _a]);
        _uses.Remove([_sum]);
        Assert.Equal("a", All);
        _uses.Remove([_a]);
        Assert.Equal("", All);
    }

    [Fact]
    public void What_a_node_became_is_needed_in_its_place()
    {
        _uses.Add([_sum]);
        Assert.Equal([_c], _uses.Replace(_expA, _c));
        Assert.Equal("b, c, exp(a), exp(a) + b", All);
        _uses.Remove([_sum]);
        Assert.Equal("", All);
    }

    [Fact]
    public void Only_for_a_node_is_what_would_not_be_computed_without_it()
    {
        _uses.Add([_sum]);
        Assert.Equal([_sum, _expA, _a, _b], _uses.OnlyFor(_sum).OrderBy(node => node == _sum ? 0 : node == _expA ? 1 : node == _a ? 2 : 3));
        Assert.Equal([_expA, _a], _uses.OnlyFor(_expA).OrderByDescending(node => node.Id));
        _uses.Add([_a]);
        Assert.Equal([_expA], _uses.OnlyFor(_expA));
    }
}
