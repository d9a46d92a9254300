using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class RuleTests
{
    private readonly Graph _g = new();
    private readonly Index _n, _d;
    private readonly Expr _x, _y, _z, _a, _extent;

    public RuleTests()
    {
        (_n, _d) = (_g.Index(new("N")), _g.Index(new("D")));
        (_x, _y, _z) = (_g.Read("x", [_n, _d]), _g.Read("y", [_d]), _g.Read("z", [_n]));
        (_a, _extent) = (_g.Scalar("a"), _g.Extent(_n.Axis));
    }

    private void Fires(Rule rule, Expr before, string after)
    {
        var result = rule.Apply(_g, before);
        Assert.Equal(after, result?.ToString());
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var meaning = new Interpreter(seed, ("N", 3), ("D", 2));
            Assert.Equal(meaning.Elements(before, before.Free), meaning.Elements(result!, before.Free), Near);
        }
    }

    private void Stays(Rule rule, Expr before) => Assert.Null(rule.Apply(_g, before)?.ToString());

    /// <summary>Where the left side is not a number, because a root is not real, the right side need not be either.</summary>
    private static bool Near(double a, double b) => a.Equals(b) || double.IsNaN(a) || Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a));

    private Expr Power(Expr value, int numerator, int denominator = 1) => _g.Power(value, new Rational(numerator, denominator));

    private Expr Sum(Expr body, params Index[] over) => _g.Sum(IndexSet.Of(over), body);

    [Fact]
    public void The_table_holds_every_rule_but_the_speculative_one() =>
        Assert.Equal(["stop", "powers", "brackets", "like terms", "expand", "nested sums", "constant sum", "one of all", "share", "whole", "pull out", "largest of one"], Rules.Table.Select(rule => rule.Name));

    [Fact]
    public void Powers_of_one_base_and_sign_are_added()
    {
        Fires(Rules.Powers, _g.Multiply(Power(_x, 2), _x), "x[n,d]³");
        Fires(Rules.Powers, _g.Multiply(Power(_x, -1), Power(_x, -2)), "1/x[n,d]³");
        Fires(Rules.Powers, _g.Multiply(_a, _x, _y, _x), "a·y[d]·x[n,d]²");
    }

    [Fact]
    public void Powers_of_both_signs_are_added_while_the_result_still_divides()
    {
        Fires(Rules.Powers, _g.Multiply(_x, Power(_x, -2)), "1/x[n,d]");
        Fires(Rules.Powers, _g.Multiply(Power(_g.Add(_a, _x), 1, 2), Power(_g.Add(_a, _x), -2)), "1/(a + x[n,d])^(3/2)");
    }

    [Fact]
    public void A_division_by_zero_does_not_vanish()
    {
        Stays(Rules.Powers, _g.Multiply(Power(_x, 2), Power(_x, -1)));
        Stays(Rules.Powers, _g.Multiply(_x, Power(_x, -1)));
    }

    [Fact]
    public void What_cannot_be_zero_cancels()
    {
        Fires(Rules.Powers, _g.Multiply(_extent, Power(_extent, -1)), "1");
        Fires(Rules.Powers, _g.Multiply(Power(_extent, 2), Power(_extent, -1), _x), "N·x[n,d]");
        foreach (var positive in new[] { _g.Apply(Exp, _x), _g.Apply(Sigmoid, _x), Sum(_g.Apply(Exp, _x), _d), _g.Add(_g.Apply(Exp, _x), _g.One), _g.Multiply(_extent, Power(_g.Apply(Exp, _x), -1, 2)) })
            Assert.Equal("1", new Simplifier(_g, CancellationToken.None).Run([_g.Multiply(positive, Power(positive, -1))])[0].ToString());
    }

    [Fact]
    public void What_may_be_zero_or_negative_does_not_cancel()
    {
        foreach (var value in new[] { _g.Apply(Tanh, _x), _g.Subtract(_g.Apply(Exp, _x), _g.One), _g.Add(Power(_x, 2), _a), Sum(_x, _n), Sum(Power(_x, 2), _n) })
            Assert.NotEqual("1", new Simplifier(_g, CancellationToken.None).Run([_g.Multiply(value, Power(value, -1))])[0].ToString());
    }

    private static Function Exp => Functions.Table.Single(function => function.Name == "Exp");
    private static Function Sigmoid => Functions.Table.Single(function => function.Name == "Sigmoid");
    private static Function Tanh => Functions.Table.Single(function => function.Name == "Tanh");

    [Fact]
    public void A_power_of_a_power_is_one_power()
    {
        Fires(Rules.Powers, _g.Multiply(_a, Power(Power(_x, 1, 2), 1, 2)), "a·x[n,d]^(1/4)");
        Fires(Rules.Powers, Power(Power(_x, 3), 1, 2), "x[n,d]^(3/2)");
        Fires(Rules.Powers, Power(Power(_x, -1), 1, 2), "1/√(x[n,d])");
        Fires(Rules.Powers, _g.Multiply(Power(_x, 1, 2), Power(Power(_x, 3), 1, 2)), "x[n,d]²");
    }

    [Fact]
    public void The_root_of_an_even_power_stays()
    {
        Stays(Rules.Powers, Power(Power(_x, 2), 1, 2));
        Stays(Rules.Powers, Power(Power(_x, -4), 1, 2));
        Stays(Rules.Powers, Power(_g.Multiply(_g.Constant(4), _x), 1, 2));
        Stays(Rules.Powers, _g.Multiply(_x, _y));
        Stays(Rules.Powers, _g.Add(_x, _x));
    }

    [Fact]
    public void Like_terms_are_added()
    {
        Fires(Rules.Collect, _g.Add(_g.Multiply(_g.Constant(2), _x), _g.Multiply(_g.Constant(3), _x)), "5·x[n,d]");
        Fires(Rules.Collect, _g.Add(_x, _y, _x), "2·x[n,d] + y[d]");
        Fires(Rules.Collect, _g.Subtract(_x, _x), "0");
        Fires(Rules.Collect, _g.Add(_g.Multiply(_x, _y), _a, _g.Multiply(_g.Constant(new Rational(-1, 2)), _y, _x)), "1/2·y[d]·x[n,d] + a");
    }

    [Fact]
    public void Unlike_terms_stay_apart()
    {
        Stays(Rules.Collect, _g.Add(_x, _y));
        Stays(Rules.Collect, _g.Add(_x, Power(_x, 2), _g.One));
        Stays(Rules.Collect, _g.Multiply(_x, _x));
    }

    [Fact]
    public void A_product_with_a_sum_is_multiplied_out_where_terms_then_meet()
    {
        Fires(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Subtract(_g.One, _a)), _g.Multiply(_y, _a)), "y[d]");
        Fires(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Add(_g.One, _a)), _g.Negate(_y), _g.Negate(_g.Multiply(_a, _y))), "0");
        Fires(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Add(_x, _a)), _g.Multiply(_z, _g.Add(_x, _y)), _g.Negate(_g.Multiply(_a, _y))), "y[d]·x[n,d] + z[n]·(x[n,d] + y[d])");
        Fires(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Subtract(_x, _z)), _g.Multiply(_z, _g.Subtract(_y, _x)), _g.Negate(_g.Multiply(_x, _y))), "−z[n]·x[n,d]");
        Stays(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Add(_x, _a)), _z));
        Stays(Rules.Expand, _g.Add(_g.Multiply(_y, _g.Add(_x, _a)), _g.Multiply(_y, _x)));
        Stays(Rules.Expand, _g.Add(_g.Multiply(_y, Power(_g.Add(_x, _a), 2)), _g.Negate(_g.Multiply(_y, _x))));
        Stays(Rules.Expand, _g.Multiply(_y, _g.Add(_x, _a)));
    }

    [Fact]
    public void A_sum_of_a_sum_is_one_sum()
    {
        Fires(Rules.Nest, Sum(Sum(_x, _d), _n), "Σ_(n,d) x[n,d]");
        Stays(Rules.Nest, Sum(_x, _n));
        Stays(Rules.Nest, Sum(_g.Multiply(_z, Sum(_x, _d)), _n));
        Stays(Rules.Nest, Sum(Sum(_x, _n), _n));
    }

    [Fact]
    public void A_sum_of_a_constant_counts()
    {
        Fires(Rules.Count, Sum(_y, _n), "N·y[d]");
        Fires(Rules.Count, Sum(_y, _n, _d), "N·Σ_d y[d]");
        Fires(Rules.Count, Sum(_a, _n, _d), "N·D·a");
        Fires(Rules.Count, Sum(Sum(_x, _n), _n), "N·Σ_n x[n,d]");
        Stays(Rules.Count, Sum(_x, _n));
        Stays(Rules.Count, Sum(_g.Add(_y, _x), _n));
    }

    [Fact]
    public void A_fixed_axis_counts_as_a_number() => Fires(Rules.Count, Sum(_y, _g.Index(new("10"))), "10·y[d]");

    [Fact]
    public void Factors_that_do_not_mention_the_index_leave_the_sum()
    {
        Fires(Rules.Pull, Sum(_g.Multiply(_y, _x), _n), "y[d]·Σ_n x[n,d]");
        Fires(Rules.Pull, Sum(_g.Multiply(_g.Constant(-2), _x), _n), "−2·Σ_n x[n,d]");
        Fires(Rules.Pull, Sum(_g.Multiply(_a, Power(_y, -1, 2), Power(_x, 2), _z), _n), "a·(Σ_n z[n]·x[n,d]²)/√(y[d])");
        Fires(Rules.Pull, Sum(_g.Multiply(_y, Sum(_x, _n), _x), _n), "y[d]·(Σ_n x[n,d])·Σ_n x[n,d]");
        Fires(Rules.Pull, Sum(_g.Multiply(_y, _x, _x, _y), _n), "y[d]·y[d]·Σ_n x[n,d]·x[n,d]"); // equal factors are two
    }

    [Fact]
    public void Factors_that_mention_the_index_stay_in_the_sum()
    {
        Stays(Rules.Pull, Sum(_g.Multiply(_x, _z), _n));
        Stays(Rules.Pull, Sum(_g.Multiply(_x, _y), _n, _d));
        Stays(Rules.Pull, Sum(_g.Add(_x, _y), _n));
        Stays(Rules.Pull, Sum(_x, _n));
    }

    [Fact]
    public void What_is_stopped_is_itself_once_gradients_are_known()
    {
        Fires(Rules.Stop, _g.Apply(Functions.StopGradient, _x), "x[n,d]");
        Stays(Rules.Stop, _g.Apply(Exp, _x));
    }

    [Fact]
    public void A_bracket_is_its_own_power()
    {
        var bracket = _g.Apply(Functions.GreaterThan, _x, _y);
        Fires(Rules.Brackets, Power(bracket, 2), "[x[n,d] > y[d]]");
        Fires(Rules.Brackets, _g.Multiply(_a, Power(bracket, 1, 2)), "a·[x[n,d] > y[d]]");
        Fires(Rules.Brackets, Power(_g.Apply(Functions.Not, bracket), 3), "[x[n,d] ≤ y[d]]");
        Stays(Rules.Brackets, _g.Multiply(_x, bracket));
        Stays(Rules.Brackets, Power(bracket, -1));
        Stays(Rules.Brackets, Power(_x, 2));
    }

    [Fact]
    public void A_label_is_one_of_all()
    {
        var labels = _g.Read("labels", [_n]);
        Expr Is(Index place) => _g.Apply(Functions.EqualTo, labels, _g.Position(place));
        FiresForLabels(Sum(Is(_d), _d), "1");
        FiresForLabels(Sum(_g.Multiply(_z, Is(_d)), _d), "z[n]");
        FiresForLabels(Sum(_g.Multiply(_g.Constant(3), _z, Is(_d)), _n, _d), "Σ_n 3·z[n]");
        Stays(Rules.Choose, Sum(_g.Multiply(_x, Is(_d)), _d));
        Stays(Rules.Choose, Sum(Is(_d), _n));
        Stays(Rules.Choose, Sum(_g.Multiply(_y, Power(Is(_d), 2)), _d));
        Stays(Rules.Choose, Sum(_g.Apply(Functions.EqualTo, _x, _g.Position(_d)), _d));
        Stays(Rules.Choose, _g.Reduce(Reduction.Max, IndexSet.Of([_d]), Is(_d)));

        void FiresForLabels(Expr before, string after)
        {
            var result = Rules.Choose.Apply(_g, before);
            Assert.Equal(after, result?.ToString());
            var meaning = new Interpreter(5, ("N", 3), ("D", 4)) { Labels = new Dictionary<string, Axis> { ["labels"] = _d.Axis } };
            Assert.Equal(meaning.Elements(before, before.Free), meaning.Elements(result!, before.Free), Near);
        }
    }

    [Fact]
    public void The_largest_of_one_value_is_that_value()
    {
        Expr Extremum(Reduction kind, Expr body, params Index[] over) => _g.Reduce(kind, IndexSet.Of(over), body);
        Fires(Rules.Same, Extremum(Reduction.Max, _y, _n), "y[d]");
        Fires(Rules.Same, Extremum(Reduction.Min, _y, _n, _d), "min_d y[d]");
        Stays(Rules.Same, Extremum(Reduction.Max, _x, _n));
        Stays(Rules.Same, Sum(_y, _n));
    }

    [Fact]
    public void A_sum_of_terms_is_split()
    {
        Fires(Rules.Split, Sum(_g.Add(_x, _y), _n), "Σ_n x[n,d] + Σ_n y[d]");
        Fires(Rules.Split, Sum(_g.Multiply(_z, _g.Subtract(_x, _y)), _n), "Σ_n z[n]·x[n,d] + Σ_n (−z[n]·y[d])");
        Fires(Rules.Split, Sum(_g.Multiply(_g.Constant(3), _g.Add(_x, _y)), _n), "Σ_n 3·x[n,d] + Σ_n 3·y[d]");
    }

    [Fact]
    public void What_is_not_linear_is_not_split()
    {
        Stays(Rules.Split, Sum(Power(_g.Add(_x, _y), 2), _n));
        Stays(Rules.Split, Sum(Power(_g.Add(_x, _y), -1), _n));
        Stays(Rules.Split, Sum(_g.Apply(Exp, _g.Add(_x, _y)), _n));
        Stays(Rules.Split, Sum(_g.Multiply(_x, _y), _n));
        Stays(Rules.Split, _g.Add(_x, _y));
    }

    [Fact]
    public void A_split_that_does_not_pay_is_dropped_and_leaves_no_trace()
    {
        foreach (var sum in new[] { Sum(_g.Add(_x, _g.Multiply(_x, _z)), _n), Sum(Power(_g.Subtract(_x, _y), 2), _n), Sum(_g.Multiply(_x, _g.Add(_z, _a)), _n) })
        {
            var simplifier = new Simplifier(_g, CancellationToken.None);
            Assert.Same(sum, simplifier.Run([sum])[0]);
            Assert.Empty(simplifier.Record.Steps);
        }
    }

    [Fact]
    public void A_split_pays_where_a_part_cancels_or_is_at_hand()
    {
        var mean = _g.Divide(Sum(_x, _n), _extent);
        Assert.Equal("0", Simplify(Sum(_g.Subtract(_x, mean), _n)));
        Assert.Equal("y[d]·Σ_n x[n,d]², Σ_n x[n,d]², Σ_n x[n,d], y[d]·Σ_n x[n,d]² + Σ_n x[n,d]",
            string.Join(", ", new Simplifier(_g, CancellationToken.None).Run(
                [_g.Multiply(_y, Sum(Power(_x, 2), _n)), Sum(Power(_x, 2), _n), Sum(_x, _n), Sum(_g.Add(_g.Multiply(_y, Power(_x, 2)), _x), _n)])));
    }

    private string Simplify(Expr value) => new Simplifier(_g, CancellationToken.None).Run([value])[0].ToString();

    [Fact]
    public void Simplifying_can_be_cancelled() =>
        Assert.Throws<OperationCanceledException>(() => new Simplifier(_g, new CancellationToken(canceled: true)).Run([_x]));

    [Fact]
    public void Shared_factors_are_taken_out_for_readers()
    {
        string Factor(Expr value) => new Factoring(_g).Apply(value).ToString();
        Assert.Equal("y[d]·(x[n,d] + z[n])", Factor(_g.Add(_g.Multiply(_y, _x), _g.Multiply(_y, _z))));
        Assert.Equal("a·y[d]·(y[d]·x[n,d] − 2·z[n])", Factor(_g.Add(_g.Multiply(_a, Power(_y, 2), _x), _g.Multiply(_g.Constant(-2), _a, _y, _z))));
        Assert.Equal("(x[n,d]/a + z[n])/a", Factor(_g.Add(_g.Multiply(_x, Power(_a, -2)), _g.Multiply(_z, Power(_a, -1)))));
        Assert.Equal("a·y[d]·(x[n,d] + z[n])", Factor(_g.Multiply(_a, _g.Add(_g.Multiply(_y, _x), _g.Multiply(_y, _z)))));
        Assert.Equal("2·(x[n,d] − z[n])", Factor(_g.Add(_g.Multiply(_g.Constant(2), _x), _g.Multiply(_g.Constant(-2), _z))));
        Assert.Equal("√(a·x[n,d] + a·z[n])", Factor(_g.Power(_g.Add(_g.Multiply(_a, _x), _g.Multiply(_a, _z)), Rational.Half)));
        Assert.Equal("x[n,d] + y[d]", Factor(_g.Add(_x, _y)));
        Assert.Equal("a·x[n,d] + y[d]/a", Factor(_g.Add(_g.Multiply(_a, _x), _g.Divide(_y, _a))));
    }
}
