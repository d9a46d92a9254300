using System.Collections.Immutable;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Tests.Simplifying;

namespace BatchNormGen.Generator.Tests.Differentiating;

/// <summary>What each kind of node hands on, against differences of its values.</summary>
public class LocalGradientTests
{
    private readonly Graph _g = new();
    private readonly Expr _a, _b, _c, _dout;

    public LocalGradientTests() => (_a, _b, _c, _dout) = (_g.Scalar("a"), _g.Scalar("b"), _g.Scalar("c"), _g.Scalar("dout"));

    /// <summary>Expects each scalar operand to receive the slope times what comes in.</summary>
    private void HandsOnItsSlopes(Expr e, Func<Interpreter, bool>? isMeant = null)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var meaning = new Interpreter(seed);
            if (isMeant is not null && !isMeant(meaning)) continue;
            var pairs = LocalGradients.Of(_g, e, _dout).ToList();
            Assert.Equal(e.Operands, pairs.Select(pair => pair.Operand));
            foreach (var (operand, received) in pairs)
            {
                if (operand is Scalar leaf) Near(At(meaning, _dout) * Slope(meaning, e, leaf.Name), At(meaning, received), $"{e} by {leaf}");
            }
        }
    }

    private static void Near(double expected, double actual, string what) =>
        Assert.True(double.IsNaN(expected) || Math.Abs(expected - actual) <= 1e-6 * (1 + Math.Abs(expected)), FormattableString.Invariant($"{what}: {expected} by differences, but {actual}"));

    private static double At(Interpreter meaning, Expr value) => meaning.Elements(value, IndexSet.Empty)[0];

    private static double Slope(Interpreter meaning, Expr value, string element)
    {
        const double Step = 1e-5;
        var difference = Moved(Step) - Moved(-Step);
        Moved(0);
        return difference / (2 * Step);

        double Moved(double step)
        {
            meaning.Nudge(step, new() { [element] = 1 });
            return At(meaning, value);
        }
    }

    [Fact]
    public void A_function_hands_on_its_slopes()
    {
        foreach (var function in Functions.Table.Where(function => function != Functions.StopGradient))
        {
            ImmutableArray<Expr> arguments = [.. new[] { _a, _b, _c }.Take(function.Arity)];
            if (function == Functions.Where) arguments = arguments.SetItem(0, _g.Apply(Functions.GreaterThan, _a, _g.Zero));
            HandsOnItsSlopes(_g.Apply(function, arguments), meaning => function != Functions.Clamp || At(meaning, _b) < At(meaning, _c));
        }
    }

    [Theory]
    [InlineData("Relu", new[] { 0.0 }, new[] { 0.0 })]
    [InlineData("Abs", new[] { 0.0 }, new[] { 0.0 })]
    [InlineData("StopGradient", new[] { 1.0 }, new[] { 0.0 })]
    [InlineData("Maximum", new[] { 1.0, 1 }, new[] { 0.5, 0.5 })]
    [InlineData("Minimum", new[] { 1.0, 1 }, new[] { 0.5, 0.5 })]
    [InlineData("Clamp", new[] { -1.0, -1, 1 }, new[] { 1.0, 0, 0 })]
    [InlineData("Clamp", new[] { 1.0, -1, 1 }, new[] { 1.0, 0, 0 })]
    [InlineData("Pow", new[] { 0.0, 0 }, new[] { 0.0, 0 })]
    [InlineData("Pow", new[] { 0.0, 2 }, new[] { 0.0, 0 })]
    public void Where_there_is_no_slope_there_is_a_convention(string name, double[] at, double[] derivatives)
    {
        var function = Functions.Named(name);
        ImmutableArray<Expr> arguments = [.. at.Select(_g.Number)];
        Assert.Equal(derivatives, function.Derivatives(_g, arguments, _g.Apply(function, arguments)).Select(derivative => At(new(1), derivative)));
    }

    [Fact]
    public void What_a_mask_does_not_let_through_is_0_even_where_what_comes_in_is_infinite()
    {
        var received = LocalGradients.Of(_g, _g.Apply(Functions.Named("Maximum"), _g.One, _g.Constant(2)), _g.Power(_g.Zero, -1)).Select(pair => At(new(1), pair.Received));
        Assert.Equal([0, double.PositiveInfinity], received);
    }

    [Fact]
    public void Sums_products_and_names_hand_on_their_slopes()
    {
        HandsOnItsSlopes(_g.Add(_a, _b, _c));
        HandsOnItsSlopes(_g.Multiply(_g.Constant(3), _g.Power(_a, 2), _g.Power(_b, -1), _g.Power(_c, Rational.Half)));
        HandsOnItsSlopes(_g.Named("stage", _a));
    }

    [Fact]
    public void A_reduction_hands_on_its_slopes()
    {
        var n = _g.Index(new("N"));
        var x = _g.Read("x", [n]);
        foreach (var kind in Enum.GetValues<Reduction>())
        {
            var reduced = _g.Reduce(kind, IndexSet.Of([n]), x);
            var (operand, received) = Assert.Single(LocalGradients.Of(_g, reduced, _dout));
            Assert.Same(x, operand);
            foreach (var seed in new[] { 1, 2, 3 })
            {
                var meaning = new Interpreter(seed, ("N", 4));
                var elements = meaning.Elements(received, IndexSet.Of([n]));
                for (var i = 0; i < elements.Length; i++)
                    Near(At(meaning, _dout) * Slope(meaning, reduced, Interpreter.Element("x", [i])), elements[i], $"{kind} by element {i}");
            }
        }
    }

    [Fact]
    public void Equal_elements_that_are_the_largest_share_evenly()
    {
        var over = IndexSet.Of([_g.Index(new("N"))]);
        var x = _g.Apply(Functions.Named("Maximum"), _g.Read("x", [.. over]), _g.Constant(3));
        var (_, received) = Assert.Single(LocalGradients.Of(_g, _g.Reduce(Reduction.Max, over, x), _g.One));
        Assert.Equal([0.25, 0.25, 0.25, 0.25], new Interpreter(1, ("N", 4)).Elements(received, over));
    }

    [Fact]
    public void A_method_of_the_users_own_hands_on_what_its_gradient_returns()
    {
        var n = _g.Index(new("N"));
        var (x, labels) = (_g.Read("x", [n]), _g.Read("labels", [n]));
        var gradient = new CustomMethod("DoubledGradient", "doubledGradient", 1, null);
        CustomArgument[] arguments = [new(x, [n], 0), new(labels, [n], -1)];
        var e = _g.Custom(new("Doubled", "doubled", 1, gradient), 0, [.. arguments], [n]);
        var incoming = _g.Read("dout", [n]);
        Assert.Equal([(x, _g.Custom(gradient, 0, [new(incoming, [n], -1), .. arguments], [n]))], LocalGradients.Of(_g, e, incoming));
    }
}
