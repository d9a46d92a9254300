using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Algebra;

public class GraphTests
{
    private static readonly Axis N = new("N"), D = new("D");

    private readonly Graph _g = new();
    private readonly Index _n, _d;
    private readonly Expr _x, _y, _s;

    public GraphTests()
    {
        (_n, _d) = (_g.Index(N), _g.Index(D));
        _x = _g.Read("x", [_n, _d]);
        _y = _g.Read("y", [_d]);
        _s = _g.Scalar("s");
    }

    private static IndexSet Over(params Index[] indices) => IndexSet.Of(indices);

    [Fact]
    public void Equal_expressions_are_one_object()
    {
        Assert.Same(_g.Constant(2), _g.Constant(new Rational(4, 2)));
        Assert.Same(_x, _g.Read("x", [_n, _d]));
        Assert.Same(_s, _g.Scalar("s"));
        Assert.Same(_g.Extent(N), _g.Extent(new Axis("N")));
        Assert.Same(_g.Apply(Functions.Table[0], _x), _g.Apply(Functions.Table[0], _x));
        Assert.Same(_g.Sum(Over(_n, _d), _x), _g.Sum(Over(_d, _n), _x));
        Assert.Same(_g.Named("a", _x), _g.Named("a", _x));
        Assert.Same(_g.Power(_x, Rational.Half), _g.Power(_x, Rational.Half));
        Assert.Same(_g.Add(_x, _g.Multiply(_y, _s)), _g.Add(_x, _g.Multiply(_y, _s)));
    }

    [Fact]
    public void Different_expressions_are_different_objects()
    {
        Expr[] all =
        [
            _x, _y, _s, _g.Constant(1), _g.Constant(-1), _g.Constant(Rational.Half), _g.Scalar("t"), _g.Extent(N), _g.Extent(D),
            _g.Read("x", [_d, _n]), _g.Read("x", [null, _d]), _g.Read("N", []), _g.Scalar("N"), _g.Named("N", _x), _g.Named("s", _y),
            _g.Power(_x, 2), _g.Power(_x, Rational.Half), _g.Power(_x, -1), _g.Multiply(_x, _x), _g.Multiply(_x, _y), _g.Multiply(_g.Constant(2), _x), _g.Negate(_x),
            _g.Add(_x, _x), _g.Add(_x, _y), _g.Sum(Over(_n), _x), _g.Sum(Over(_d), _x), _g.Sum(Over(_n, _d), _x),
            .. Functions.Table.Select(function => _g.Apply(function, _x)),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void The_order_of_terms_and_factors_does_not_count_and_the_first_is_kept()
    {
        Assert.Same(_g.Add(_x, _y, _s), _g.Add(_s, _x, _y));
        Assert.Equal("x[n,d] + y[d] + s", _g.Add(_s, _y, _x).ToString());
        Assert.Same(_g.Multiply(_y, _x, _g.Power(_s, 2)), _g.Multiply(_g.Power(_s, 2), _x, _y));
        Assert.Same(_g.Multiply(_x, _g.Power(_x, 2)), _g.Multiply(_g.Power(_x, 2), _x));
    }

    [Fact]
    public void Nested_sums_and_products_are_flat()
    {
        Assert.Same(_g.Add(_x, _y, _s), _g.Add(_g.Add(_x, _y), _s));
        Assert.Same(_g.Add(_x, _y, _s), _g.Add(_x, _g.Add(_y, _s)));
        Assert.Same(_g.Multiply(_x, _y, _s), _g.Multiply(_x, _g.Multiply(_y, _s)));
        Assert.Equal("x[n,d] − y[d] − s", _g.Subtract(_x, _g.Add(_y, _s)).ToString());
        Assert.Equal("x[n,d] + 2·(y[d] + s)", _g.Add(_x, _g.Multiply(_g.Constant(2), _g.Add(_y, _s))).ToString());
    }

    [Fact]
    public void Numbers_are_folded()
    {
        Assert.Equal("x[n,d] + 5", _g.Add(_g.Constant(2), _x, _g.Constant(3)).ToString());
        Assert.Same(_x, _g.Add(_g.Constant(2), _x, _g.Constant(-2)));
        Assert.Equal("6·x[n,d]", _g.Multiply(_g.Constant(2), _x, _g.Constant(3)).ToString());
        Assert.Same(_x, _g.Negate(_g.Negate(_x)));
        Assert.Same(_g.Zero, _g.Add());
        Assert.Same(_g.One, _g.Multiply());
        Assert.Equal("1/8", _g.Power(_g.Constant(2), -3).ToString());
        Assert.Same(_g.Zero, _g.Power(_g.Zero, new Rational(5, 2)));
        Assert.Same(_x, _g.Sum(IndexSet.Empty, _x));
    }

    [Fact]
    public void What_could_lose_information_is_left_alone()
    {
        Assert.Equal("x[n,d]·x[n,d]/x[n,d]", _g.Multiply(_x, _x, _g.Power(_x, -1)).ToString());
        Assert.Equal("x[n,d] − x[n,d]", _g.Subtract(_x, _x).ToString());
        Assert.Equal("1/0", _g.Power(_g.Zero, -1).ToString());
        Assert.Equal("√2", _g.Power(_g.Constant(2), Rational.Half).ToString());
        Assert.Equal("√(x[n,d]²)", _g.Power(_g.Power(_x, 2), Rational.Half).ToString());
        Assert.Equal("√(4·s)", _g.Power(_g.Multiply(_g.Constant(4), _s), Rational.Half).ToString());
    }

    [Fact]
    public void A_whole_power_goes_to_each_factor()
    {
        Assert.Equal("4·y[d]²·x[n,d]^6", _g.Power(_g.Multiply(_g.Constant(2), _y, _g.Power(_x, 3)), 2).ToString());
        Assert.Same(_g.One, _g.Power(_x, 0));
        Assert.Same(_x, _g.Power(_x, 1));
        Assert.Equal("1/(y[d]·x[n,d])", _g.Divide(_g.One, _g.Multiply(_x, _y)).ToString());
    }

    [Fact]
    public void An_axis_has_an_index_for_each_occurrence()
    {
        Assert.Same(_n, _g.Index(N, 0));
        Assert.Equal(["n", "n2", "n3"], new[] { 0, 1, 2 }.Select(i => _g.Index(N, i).Name));
        Assert.Equal("batchSize", _g.Index(new Axis("BatchSize")).Name);
        Assert.Equal(["i", "i2", "i3"], new[] { _g.Index(new Axis("10")), _g.Index(new Axis("10"), 1), _g.Index(new Axis("28")) }.Select(index => index.Name));
        Assert.Equal("n4", _g.Index(new Axis("n")).Name);
    }

    [Fact]
    public void A_fixed_extent_is_a_number()
    {
        Assert.Same(_g.Constant(10), _g.Extent(new Axis("10")));
        Assert.Equal(10, new Axis("10").Extent);
        Assert.Null(N.Extent);
    }

    [Fact]
    public void Free_indices_are_those_that_nothing_binds()
    {
        Assert.Equal("n,d", _x.Free.ToString());
        Assert.Equal("d", _g.Sum(Over(_n), _g.Multiply(_x, _y)).Free.ToString());
        Assert.Equal("n,d", _g.Add(_y, _g.Power(_x, 2)).Free.ToString());
        Assert.True(_g.Read("x", [null, null]).Free.IsEmpty);
        Assert.Equal("d", _g.Named("a", _y).Free.ToString());
    }

    [Fact]
    public void Operands_can_be_replaced_one_by_one()
    {
        var product = _g.Multiply(_g.Constant(3), _x, _g.Power(_y, -2));
        Assert.Same(product, _g.With(product, [_x, _y]));
        Assert.Equal("3·x[n,d]/s²", _g.With(product, [_x, _s]).ToString());
        Assert.Equal("3·x[n,d]/s^4", _g.With(product, [_x, _g.Power(_s, 2)]).ToString());
        Assert.Equal("s + y[d] + x[n,d]", _g.With(_g.Add(_g.Scalar("t"), _x), [_g.Add(_s, _y), _x]).ToString());
        Assert.Equal("Σ_n y[d]", _g.With(_g.Sum(Over(_n), _x), [_y]).ToString());
        Assert.Equal("exp(y[d])", _g.With(_g.Apply(Functions.Table[0], _x), [_y]).ToString());
        Assert.Equal("a[d]", _g.With(_g.Named("a", _x), [_y]).ToString());
    }

    [Fact]
    public void Graphs_that_were_built_alike_are_equal()
    {
        static Graph Build(string tensor)
        {
            var graph = new Graph();
            var index = graph.Index(N);
            graph.Add(graph.Read(tensor, [index]), graph.Scalar("s"));
            return graph;
        }

        Assert.Equal(Build("x"), Build("x"));
        Assert.Equal(Build("x").GetHashCode(), Build("x").GetHashCode());
        Assert.NotEqual(Build("x"), Build("y"));
        var longer = Build("x");
        longer.Constant(7);
        Assert.NotEqual(Build("x"), longer);
        var more = Build("x");
        more.Index(D);
        Assert.NotEqual(Build("x"), more);
        Assert.False(Build("x").Equals((object?)null));
    }

    [Fact]
    public void A_copy_shares_what_there_is_and_grows_by_itself()
    {
        var copy = new Graph(_g);
        Assert.Equal(_g, copy);
        Assert.Same(_x, copy.Read("x", [_n, _d]));
        var fresh = copy.Scalar("fresh");
        Assert.NotEqual(_g, copy);
        Assert.NotSame(fresh, _g.Scalar("fresh"));
        Assert.True(fresh.Id > _x.Id);
    }

    [Fact]
    public void Operands_are_older_than_what_uses_them()
    {
        var value = _g.Power(_g.Add(_g.Sum(Over(_n), _g.Multiply(_x, _y)), _s), -Rational.Half);
        foreach (var node in value.Nodes())
            Assert.All(node.Operands, operand => Assert.True(operand.Id < node.Id));
    }

    [Fact]
    public void Long_sums_and_products_are_flat_and_one_object_whatever_their_order()
    {
        const int Length = 3000;
        var parts = Enumerable.Range(0, Length).Select(i => _g.Power(_g.Scalar($"s{i}"), i % 3 + 1)).ToList();
        var (product, sum) = (_g.One, _g.Zero);
        foreach (var part in parts) (product, sum) = (_g.Multiply(part, product), _g.Add(part, sum));
        Assert.Equal(Length, ((Product)product).Factors.Length);
        Assert.Equal(Length, ((Add)sum).Terms.Length);
        Assert.Same(product, _g.Multiply(parts.OrderBy(part => part.ToString(), StringComparer.Ordinal)));
        Assert.Same(sum, _g.Add(parts.OrderBy(part => part.ToString(), StringComparer.Ordinal)));
        parts[7] = _g.Scalar("other");
        Assert.NotSame(product, _g.Multiply(parts));
        Assert.NotSame(sum, _g.Add(parts));
    }

    [Fact]
    public void A_walk_visits_each_node_once_users_first()
    {
        var shared = _g.Add(_x, _s);
        var nodes = _g.Multiply(shared, _g.Apply(Functions.Table[0], shared)).Nodes().ToList();
        Assert.Equal(nodes.Count, nodes.Distinct().Count());
        Assert.Equal(5, nodes.Count);
        Assert.Equal(2, _g.Multiply(shared, _y).Nodes(stop: node => node == shared).Count(node => node is Add or Read));
    }
}
