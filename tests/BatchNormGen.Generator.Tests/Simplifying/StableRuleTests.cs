using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class StableRuleTests
{
    private readonly Graph _g = new();
    private readonly Index _n, _d, _five;
    private readonly Expr _x, _y, _z, _labels;

    public StableRuleTests()
    {
        (_n, _d, _five) = (_g.Index(new("N")), _g.Index(new("D")), _g.Index(new("5")));
        (_x, _y, _z, _labels) = (_g.Read("x", [_n, _d]), _g.Read("y", [_d]), _g.Read("z", [_n]), _g.Read("labels", [_n]));
    }

    private void Fires(Rule rule, Expr before, string after)
    {
        var result = rule.Apply(_g, before);
        Assert.Equal(after, result?.ToString());
        foreach (var seed in new[] { 1, 2, 3, 4 })
        {
            var meaning = new Interpreter(seed, ("N", seed), ("D", 3)) { Labels = new Dictionary<string, Axis> { ["labels"] = _d.Axis } };
            Assert.Equal(meaning.Elements(before, before.Free), meaning.Elements(result!, before.Free), (a, b) => double.IsNaN(a) || Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a)));
        }
    }

    private void Stays(Rule rule, Expr before) => Assert.Null(rule.Apply(_g, before)?.ToString());

    private Expr Power(Expr value, int numerator, int denominator = 1) => _g.Power(value, new Rational(numerator, denominator));
    private Expr Sum(Expr body, params Index[] over) => _g.Sum(IndexSet.Of(over), body);
    private Expr Mean(Expr body, params Index[] over) => _g.Multiply(over.Select(index => Power(_g.Extent(index.Axis), -1)).Append(Sum(body, over)));
    private Expr Apply(string function, Expr argument) => _g.Apply(Functions.Named(function), argument);
    private Expr Exp(Expr argument) => Apply("Exp", argument);
    private Expr Log(Expr argument) => Apply("Log", argument);
    private Expr Sigmoid(Expr argument) => Apply("Sigmoid", argument);
    private Expr Times(int number, Expr value) => _g.Multiply(_g.Constant(number), value);
    private Expr Plus(params Expr[] terms) => _g.Add(terms);
    private Expr Minus(Expr a, Expr b) => _g.Subtract(a, b);

    [Fact]
    public void A_difference_of_moments_is_a_variance()
    {
        Fires(StableRules.Variance, Minus(Mean(Power(_x, 2), _n), Power(Mean(_x, _n), 2)), "1/N·Σ_n (x[n,d] − 1/N·Σ_n x[n,d])²");
        Fires(StableRules.Variance, Minus(Power(Mean(_x, _n), 2), Mean(Power(_x, 2), _n)), "−1/N·Σ_n (x[n,d] − 1/N·Σ_n x[n,d])²");
        Fires(StableRules.Variance, Minus(Sum(Power(_x, 2), _n, _d), _g.Multiply(_g.Extent(_n.Axis), _g.Extent(_d.Axis), Power(Mean(_x, _n, _d), 2)).Let(Normal)), "Σ_(n,d) (x[n,d] − 1/(N·D)·Σ_(n,d) x[n,d])²");
    }

    [Fact]
    public void A_variance_may_stand_among_other_terms_and_have_a_factor()
    {
        Fires(StableRules.Variance, Plus(_y, _g.Multiply(Power(_y, 3), Mean(Power(_x, 2), _n)), _g.Negate(_g.Multiply(Power(_y, 3), Power(Mean(_x, _n), 2)))), "y[d] + 1/N·y[d]³·Σ_n (x[n,d] − 1/N·Σ_n x[n,d])²");
        var w = _g.Read("w", [_five]);
        Fires(StableRules.Variance, Minus(Mean(Power(w, 2), _five), Power(Mean(w, _five), 2)), "1/5·Σ_i (w[i] − 1/5·Σ_i w[i])²");
    }

    [Fact]
    public void A_difference_of_mixed_moments_is_a_covariance() =>
        Fires(StableRules.Variance, Minus(Mean(_g.Multiply(_x, _z), _n), _g.Multiply(Power(_g.Extent(_n.Axis), -2), Sum(_x, _n), Sum(_z, _n))),
            "1/N·Σ_n (z[n] − 1/N·Σ_n z[n])·(x[n,d] − 1/N·Σ_n x[n,d])");

    [Fact]
    public void Other_differences_are_no_variances()
    {
        Stays(StableRules.Variance, Minus(Mean(Power(_x, 2), _n), Mean(_x, _n)));
        Stays(StableRules.Variance, Plus(Mean(Power(_x, 2), _n), Power(Mean(_x, _n), 2)));
        Stays(StableRules.Variance, Minus(Mean(Power(_x, 2), _n), Times(2, Power(Mean(_x, _n), 2))));
        Stays(StableRules.Variance, Minus(Mean(Power(_x, 2), _n), Power(Mean(_x, _d), 2)));
        Stays(StableRules.Variance, Minus(Mean(Power(_x, 2), _n), _g.Multiply(Power(_g.Extent(_d.Axis), -2), Power(Sum(_x, _n), 2))));
        Stays(StableRules.Variance, Minus(Mean(Power(_x, 3), _n), Power(Mean(_x, _n), 2)));
        Stays(StableRules.Variance, Minus(Sum(Power(_x, 2), _n), Power(Sum(_x, _n), 2)));
    }

    [Fact]
    public void A_scaled_element_less_its_scaled_mean_is_a_scaled_deviation()
    {
        Fires(StableRules.Deviation, Plus(_g.Multiply(_y, _x), _z, _g.Negate(_g.Multiply(_y, Mean(_x, _n)))), "y[d]·(x[n,d] − 1/N·Σ_n x[n,d]) + z[n]");
        Stays(StableRules.Deviation, Minus(_x, Mean(_x, _n)));
        Stays(StableRules.Deviation, Minus(_g.Multiply(_y, Exp(_x)), _g.Multiply(_y, Mean(Exp(_x), _n))));
        Stays(StableRules.Deviation, Minus(_g.Multiply(_y, _x), Mean(_x, _n)));
        Stays(StableRules.Deviation, Minus(_g.Multiply(_y, _x), _g.Multiply(_y, Sum(_x, _n))));
        Stays(StableRules.Deviation, Plus(_g.Multiply(_y, _x), _g.Multiply(_y, Mean(_x, _n))));
    }

    [Fact]
    public void Logarithms_of_exponentials_need_neither()
    {
        Fires(StableRules.LogOfExp, Log(Exp(_x)), "x[n,d]");
        Fires(StableRules.LogOfExp, Log(Power(Exp(_x), -2)), "−2·x[n,d]");
        Fires(StableRules.LogOfPowers, Log(_g.Multiply(Exp(_x), Power(Sum(Exp(_x), _d), -1))), "log(exp(x[n,d])) − log(Σ_d exp(x[n,d]))");
        Fires(StableRules.LogOfPowers, Log(Times(3, Power(Sigmoid(_x), 2))), "log(3) + 2·log(sigmoid(x[n,d]))");
        Fires(StableRules.LogOfSigmoid, Log(Sigmoid(_x)), "−softplus(−x[n,d])");
        Fires(StableRules.LogOfSigmoid, Log(Minus(_g.One, Sigmoid(_x))), "−softplus(x[n,d])");
    }

    [Fact]
    public void Logarithms_of_what_may_be_negative_or_is_no_exponential_stay()
    {
        Stays(StableRules.LogOfExp, Log(_x));
        Stays(StableRules.LogOfExp, Log(_g.One));
        Stays(StableRules.LogOfPowers, Log(_g.Multiply(_x, Exp(_y))));
        Stays(StableRules.LogOfPowers, Log(Times(-1, Exp(_y))));
        Stays(StableRules.LogOfPowers, Log(_g.Multiply(Apply("Softplus", _x), Apply("Softplus", _y))));
        Stays(StableRules.LogOfSigmoid, Log(Plus(_g.One, Sigmoid(_x))));
        Stays(StableRules.LogOfSigmoid, Log(Minus(_g.Constant(2), Sigmoid(_x))));
        Stays(StableRules.LogOfSigmoid, Log(Minus(_g.One, Times(2, Sigmoid(_x)))));
    }

    [Fact]
    public void The_logarithm_of_one_that_is_chosen_is_chosen_among_logarithms()
    {
        var isLabel = _g.Apply(Functions.EqualTo, _labels, _g.Position(_d));
        Fires(StableRules.LogOfChosen, Log(Sum(_g.Multiply(isLabel, Exp(_x)), _d)), "Σ_d [labels[n] = d]·log(exp(x[n,d]))");
        Stays(StableRules.LogOfChosen, Log(Sum(_g.Multiply(isLabel, _x), _d)));
        Stays(StableRules.LogOfChosen, Log(Sum(_g.Multiply(isLabel, Exp(_x)), _n)));
        Stays(StableRules.LogOfChosen, Log(Sum(_g.Multiply(_x, Exp(_x)), _d)));
    }

    [Fact]
    public void Near_1_there_are_functions_of_their_own()
    {
        Fires(StableRules.Softplus, Log(Plus(_g.One, Exp(_x))), "softplus(x[n,d])");
        Fires(StableRules.Softplus, Apply("LogP1", Power(Exp(_x), -1)), "softplus(−x[n,d])");
        Stays(StableRules.Softplus, Log(Plus(_g.One, Exp(_x), _y)));
        Fires(StableRules.LogP1, Log(Plus(_x, _g.One)), "log1p(x[n,d])");
        Fires(StableRules.LogP1, Log(Plus(_g.One, _g.Negate(_x), _y)), "log1p(y[d] − x[n,d])");
        Stays(StableRules.LogP1, Log(Plus(_g.Constant(2), _x)));
        Fires(StableRules.Complements, Minus(Exp(_x), _g.One), "expm1(x[n,d])");
        Fires(StableRules.Complements, Plus(_g.Constant(3), _y, Times(-3, Exp(_x))), "y[d] − 3·expm1(x[n,d])");
        Fires(StableRules.Complements, Plus(_g.One, Apply("Tanh", _x)), "2·sigmoid(2·x[n,d])");
        Fires(StableRules.Complements, Plus(_g.One, _g.Negate(Apply("Tanh", _x))), "2·sigmoid(−2·x[n,d])");
        Fires(StableRules.Complements, Plus(_g.One, Apply("Erf", _x)), "erfc(−x[n,d])");
        Fires(StableRules.Complements, Plus(_g.Constant(-2), Times(2, Apply("Erf", _x))), "−2·erfc(x[n,d])");
        Stays(StableRules.Complements, Plus(_g.One, Exp(_x)));
        Stays(StableRules.Complements, Minus(Times(2, Exp(_x)), _g.One));
        Stays(StableRules.Complements, Minus(_g.One, Power(Apply("Tanh", _x), 2)));
    }

    [Fact]
    public void Exponents_are_shifted_below_a_logarithm_unless_they_are()
    {
        Fires(StableRules.Shift, Log(Sum(Exp(_x), _d)), "where([finite max_d x[n,d]], max_d x[n,d], 0) + log(Σ_d exp(x[n,d] − where([finite max_d x[n,d]], max_d x[n,d], 0)))");
        Stays(StableRules.Shift, Log(Sum(Exp(Minus(_x, _g.Reduce(Reduction.Max, IndexSet.Of([_d]), _x))), _d)));
        Stays(StableRules.Shift, Log(Sum(_g.Multiply(_x, Exp(_x)), _d)));
        Stays(StableRules.Shift, Sum(Exp(_x), _d));
        Assert.NotNull(StableRules.Shift.Apply(_g, Log(Sum(Exp(Minus(_x, _g.Reduce(Reduction.Max, IndexSet.Of([_n]), _x))), _d))));
    }

    [Fact]
    public void Quotients_of_exponentials_have_names()
    {
        Fires(StableRules.Sigmoid, Power(Plus(_g.One, Exp(_g.Negate(_x))), -1), "sigmoid(x[n,d])");
        Fires(StableRules.Sigmoid, _g.Multiply(Exp(_x), Power(Plus(_g.One, Exp(_x)), -1)), "sigmoid(x[n,d])");
        Fires(StableRules.Sigmoid, _g.Multiply(_z, Exp(_x), Power(Plus(Exp(_y), Exp(_x)), -2)), "z[n]·sigmoid(x[n,d] − y[d])/(exp(y[d]) + exp(x[n,d]))");
        Stays(StableRules.Sigmoid, Power(Plus(Exp(_y), Exp(_x)), -1));
        Stays(StableRules.Sigmoid, Power(Plus(_g.One, Exp(_x)), -1, 2));
        Stays(StableRules.Sigmoid, Power(Plus(_g.Constant(2), Exp(_x)), -1));
        var (up, down) = (Exp(_x), Exp(_g.Negate(_x)));
        Fires(StableRules.Tanh, _g.Multiply(Minus(up, down), Power(Plus(up, down), -1)), "tanh(1/2·(x[n,d] + x[n,d]))");
        Fires(StableRules.Tanh, _g.Multiply(_z, Minus(down, up), Power(Plus(up, down), -1)), "z[n]·tanh(−1/2·(x[n,d] + x[n,d]))");
        Fires(StableRules.Tanh, _g.Multiply(Plus(_g.Negate(Exp(_y)), up), Power(Plus(up, Exp(_y)), -1)), "tanh(−1/2·(y[d] − x[n,d]))");
        Fires(StableRules.Tanh, _g.Multiply(Apply("ExpM1", _x), Power(Plus(_g.One, up), -1)), "tanh(1/2·x[n,d])");
        Stays(StableRules.Tanh, _g.Multiply(Minus(up, Exp(_y)), Power(Plus(up, down), -1)));
        Stays(StableRules.Tanh, _g.Multiply(Plus(up, down), Power(Plus(up, down), -1)));
    }

    [Fact]
    public void A_share_needs_only_the_logarithm_of_the_whole()
    {
        Fires(StableRules.Share, _g.Multiply(Exp(_x), Power(Sum(Exp(_x), _d), -1)), "exp(x[n,d] − log(Σ_d exp(x[n,d])))");
        Fires(StableRules.Share, _g.Multiply(_z, Exp(_x), Power(Sum(Exp(_y), _d), -2)), "z[n]·exp(x[n,d] − log(Σ_d exp(y[d])))/(Σ_d exp(y[d]))");
        Fires(StableRules.Share, _g.Multiply(Exp(_x), Plus(_g.Multiply(_z, Power(Sum(Exp(_x), _d), -1)), _g.Negate(Power(Sum(Exp(_x), _d), -2)))),
            "(z[n] − 1/(Σ_d exp(x[n,d])))·exp(x[n,d] − log(Σ_d exp(x[n,d])))");
        Stays(StableRules.Share, _g.Multiply(Exp(_x), Plus(_g.Multiply(_z, Power(Sum(Exp(_x), _d), -1)), _g.One)));
        Stays(StableRules.Share, _g.Multiply(_x, Power(Sum(Exp(_x), _d), -1)));
        Stays(StableRules.Share, _g.Multiply(Exp(_x), Sum(Exp(_x), _d)));
        Stays(StableRules.Share, _g.Multiply(Exp(_x), Power(Sum(_g.Multiply(_y, Exp(_x)), _d), -1)));
    }

    [Fact]
    public void Shares_add_up_to_1()
    {
        Fires(StableRules.Whole, Sum(Exp(Minus(_x, Log(Sum(Exp(_x), _d)))), _d), "1");
        Fires(StableRules.Whole, Sum(Exp(Plus(_x, _g.Negate(_z), _g.Negate(Log(Sum(Exp(Minus(_x, _z)), _d))))), _d), "1");
        Stays(StableRules.Whole, Sum(Exp(Minus(_x, Log(Sum(Exp(_y), _d)))), _d));
        Stays(StableRules.Whole, Sum(Exp(Minus(_x, Log(Sum(Exp(_x), _d)))), _n));
        Stays(StableRules.Whole, Sum(Exp(Plus(_x, Log(Sum(Exp(_x), _d)))), _d));
    }

    [Fact]
    public void The_root_of_a_square_is_positive()
    {
        Fires(StableRules.Root, Power(Power(_x, 2), 1, 2), "abs(x[n,d])");
        Fires(StableRules.Root, _g.Multiply(_y, Power(Power(_x, 2), -1, 2)), "y[d]/abs(x[n,d])");
        Fires(StableRules.Root, Power(_g.Multiply(Power(_x, 2), Power(_y, 4)), 1, 2), "abs(y[d])²·abs(x[n,d])");
        Fires(StableRules.Root, Power(Times(2, Power(_x, 2)), 1, 2), "√2·abs(x[n,d])");
        Stays(StableRules.Root, Power(Power(_x, 3), 1, 2));
        Stays(StableRules.Root, Power(_g.Multiply(_g.Constant(-1), Power(_x, 2)), 1, 2));
        Stays(StableRules.Root, Power(Power(_x, 2), 2));
    }

    /// <summary>The table's rules are tested here, each by name.</summary>
    [Fact]
    public void The_table_holds_every_rule() => Assert.Equal(
        ["variance", "deviation", "log of the chosen", "log of exp", "log of sigmoid", "log of a product", "softplus", "log near 1", "log-sum-exp", "near 1", "tanh", "sigmoid", "root of a square", "share"],
        StableRules.Table.Select(rule => rule.Name));

    private Expr Normal(Expr value) => new Simplifier(_g, CancellationToken.None).Run([value])[0];
}

file static class Piping
{
    public static TResult Let<T, TResult>(this T value, Func<T, TResult> next) => next(value);
}
