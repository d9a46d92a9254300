using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Algebra;

public class PrinterTests
{
    private readonly Graph _g = new();
    private readonly Index _n, _d;
    private readonly Expr _x, _y, _a, _b;

    public PrinterTests()
    {
        (_n, _d) = (_g.Index(new("N")), _g.Index(new("D")));
        (_x, _y) = (_g.Read("x", [_n, _d]), _g.Read("y", [_d]));
        (_a, _b) = (_g.Scalar("a"), _g.Scalar("b"));
    }

    private Expr Number(int numerator, int denominator = 1) => _g.Constant(new Rational(numerator, denominator));

    private Expr Sum(Expr body) => _g.Sum(IndexSet.Of([_n]), body);

    private void Prints(string text, Expr node) => Assert.Equal(text, Printer.Plain.Print(node));

    [Fact]
    public void Leaves()
    {
        Prints("3", Number(3));
        Prints("−3", Number(-3));
        Prints("−1/3", Number(-1, 3));
        Prints("0.05", Number(1, 20));
        Prints("a", _a);
        Prints("N", _g.Extent(_n.Axis));
        Prints("x[n,d]", _x);
        Prints("x[0,d]", _g.Read("x", [null, _d]));
        Prints("dout", _g.Read("dout", []));
    }

    [Fact]
    public void Sums_carry_the_signs_of_their_terms()
    {
        Prints("a + b", _g.Add(_a, _b));
        Prints("a − b", _g.Subtract(_a, _b));
        Prints("−a − b", _g.Subtract(_g.Negate(_a), _b));
        Prints("a − 1/2·b − 3", _g.Add(_a, _g.Multiply(Number(-1, 2), _b), Number(-3)));
        Prints("a·(b + x[n,d])", _g.Multiply(_a, _g.Add(_b, _x)));
        Prints("−(a + b)·x[n,d]", _g.Multiply(Number(-1), _g.Add(_a, _b), _x));
    }

    [Fact]
    public void Products_write_what_has_fewer_indices_first_and_sums_over_indices_last()
    {
        Prints("a·y[d]·x[n,d]", _g.Multiply(_x, _y, _a));
        Prints("y[d]·Σ_n x[n,d]", _g.Multiply(Sum(_x), _y));
        Prints("y[d]²·(Σ_n x[n,d])²", _g.Multiply(_g.Power(Sum(_x), 2), _g.Power(_y, 2)));
        Prints("(Σ_n x[n,d])·Σ_n x[n,d]²", _g.Multiply(Sum(_x), Sum(_g.Power(_x, 2))));
    }

    [Fact]
    public void Fractions()
    {
        var extent = _g.Extent(_n.Axis);
        Prints("1/2·a", _g.Multiply(Number(1, 2), _a));
        Prints("−2/3·a", _g.Multiply(Number(-2, 3), _a));
        Prints("0.05·a", _g.Multiply(Number(1, 20), _a));
        Prints("a/b", _g.Divide(_a, _b));
        Prints("a/(b·y[d])", _g.Divide(_a, _g.Multiply(_b, _y)));
        Prints("1/(a·b)", _g.Divide(_g.One, _g.Multiply(_a, _b)));
        Prints("1/N·a", _g.Divide(_a, extent));
        Prints("2/(3·N)·a", _g.Multiply(Number(2, 3), _g.Divide(_a, extent)));
        Prints("1/N·a/b", _g.Divide(_a, _g.Multiply(extent, _b)));
        Prints("−1/N", _g.Negate(_g.Power(extent, -1)));
        Prints("a/(1 + b)", _g.Divide(_a, _g.Add(_b, _g.One)));
        Prints("(Σ_n x[n,d])/a", _g.Divide(Sum(_x), _a));
    }

    [Fact]
    public void Powers_and_roots()
    {
        Prints("a²", _g.Power(_a, 2));
        Prints("a³", _g.Power(_a, 3));
        Prints("a^4", _g.Power(_a, 4));
        Prints("1/a²", _g.Power(_a, -2));
        Prints("√(a)", _g.Power(_a, Rational.Half));
        Prints("1/√(a)", _g.Power(_a, -Rational.Half));
        Prints("√(a + b)", _g.Power(_g.Add(_a, _b), Rational.Half));
        Prints("√(a·b)", _g.Power(_g.Multiply(_a, _b), Rational.Half));
        Prints("a^(3/2)", _g.Power(_a, new Rational(3, 2)));
        Prints("(a + b)²", _g.Power(_g.Add(_a, _b), 2));
        Prints("1/(a + b)^(3/2)", _g.Power(_g.Add(_a, _b), new Rational(-3, 2)));
        Prints("(2·a)^(1/3)", _g.Power(_g.Multiply(Number(2), _a), new Rational(1, 3)));
    }

    [Fact]
    public void Functions_and_reductions()
    {
        foreach (var function in Functions.Table) Prints($"{function.Notation}(a + b)", _g.Apply(function, _g.Add(_a, _b)));
        Prints("Σ_n x[n,d]", Sum(_x));
        Prints("Σ_(n,d) x[n,d]", _g.Sum(IndexSet.Of([_n, _d]), _x));
        Prints("Σ_n (x[n,d] + a)", Sum(_g.Add(_x, _a)));
        Prints("Σ_n (−x[n,d])", Sum(_g.Negate(_x)));
        Prints("Σ_n x[n,d] + a", _g.Add(Sum(_x), _a));
        Prints("√(Σ_n x[n,d])", _g.Power(Sum(_x), Rational.Half));
        Prints("exp(Σ_n x[n,d])", _g.Apply(Functions.Table[0], Sum(_x)));
    }

    [Fact]
    public void A_stage_is_written_by_its_name_and_its_definition_in_full()
    {
        var stage = (Named)_g.Named("scaled", _g.Multiply(_a, _x));
        Prints("scaled[n,d] + b", _g.Add(stage, _b));
        Assert.Equal("scaled[n,d] = a·x[n,d]", Printer.Plain.PrintDefinition("scaled", stage));
        Assert.Equal("total = a", Printer.Plain.PrintDefinition("total", _a));
    }

    [Fact]
    public void Known_values_are_written_by_their_names()
    {
        var mean = _g.Divide(Sum(_x), _g.Extent(_n.Axis));
        var printer = new Printer(new Dictionary<Expr, string> { [mean] = "mean", [_g.Add(_x, _a)] = "shifted" });
        Assert.Equal("mean[d] + b", printer.Print(_g.Add(mean, _b)));
        Assert.Equal("shifted[n,d]²", printer.Print(_g.Power(_g.Add(_x, _a), 2)));
        Assert.Equal("x[n,d] − mean[d]", printer.Print(_g.Subtract(_x, mean)));
        Assert.Equal("mean[d] = 1/N·Σ_n x[n,d]", printer.PrintDefinition("mean", mean));
    }

    [Fact]
    public void A_whole_power_of_a_known_power_is_written_with_its_name()
    {
        var inv = _g.Power(_g.Add(_a, _b), -Rational.Half);
        var printer = new Printer(new Dictionary<Expr, string> { [inv] = "inv" });
        Assert.Equal("inv", printer.Print(inv));
        Assert.Equal("inv³", printer.Print(_g.Power(_g.Add(_a, _b), new Rational(-3, 2))));
        Assert.Equal("2·inv²·x[n,d]", printer.Print(_g.Multiply(Number(2), _g.Power(_g.Add(_a, _b), -1), _x)));
        Assert.Equal("(a + b)²", printer.Print(_g.Power(_g.Add(_a, _b), 2)));
        Assert.Equal("inv = 1/√(a + b)", printer.PrintDefinition("inv", inv));
        Assert.Equal("1/(a + b)^(1/4)", printer.Print(_g.Power(_g.Add(_a, _b), new Rational(-1, 4))));
    }

    [Fact]
    public void A_power_is_divided_by_a_known_one_where_nothing_shorter_is_known()
    {
        var stddev = _g.Power(_g.Add(_a, _b), Rational.Half);
        var printer = new Printer(new Dictionary<Expr, string> { [stddev] = "stddev" });
        Assert.Equal("1/stddev³", printer.Print(_g.Power(_g.Add(_a, _b), new Rational(-3, 2))));
        Assert.Equal("x[n,d]/stddev²", printer.Print(_g.Divide(_x, _g.Add(_a, _b))));
        Assert.Equal("stddev = √(a + b)", printer.PrintDefinition("stddev", stddev));
        var both = new Printer(new Dictionary<Expr, string> { [stddev] = "stddev", [_g.Power(stddev, -1)] = "byStddev", [_g.Power(_g.Add(_a, _b), -Rational.Half)] = "inv" });
        Assert.Equal("inv³", both.Print(_g.Power(_g.Add(_a, _b), new Rational(-3, 2))));
    }

    [Fact]
    public void One_leads_a_sum_and_a_positive_term_where_the_first_is_negative()
    {
        Prints("1 − a²", _g.Add(_g.Negate(_g.Power(_a, 2)), _g.One));
        Prints("1 + a − b", _g.Add(_a, _g.Negate(_b), _g.One));
        Prints("b − a", _g.Add(_g.Negate(_a), _b));
        Prints("a − 1", _g.Add(_a, _g.Constant(-1)));
        Prints("a + 2", _g.Add(_a, _g.Constant(2)));
        Prints("−a − b", _g.Add(_g.Negate(_a), _g.Negate(_b)));
    }

    [Fact]
    public void Of_many_digits_the_first_are_written()
    {
        Prints("1.59576…·a", _g.Multiply(_g.Number(1.5957691216057308), _a));
        Prints("−0.564189…", _g.Number(-0.5641895835477563));
        Prints("0.000123456…", _g.Number(0.000123456789));
        Prints("1.23456…E-9", _g.Number(0.00000000123456789));
        Prints("123456…", _g.Number(123456.789123));
        Prints("1.23456…E6", _g.Number(1234567.89123));
        Prints("0.333333…", Number(33333333, 100000000));
        Prints("0.214064…·a", _g.Multiply(_g.Constant(_g.Number(1.5957691216057308) is Constant c ? c.Value * new Rational(134145, 1000000) : 0), _a));
        Prints("0.044715", _g.Number(0.044715));
        Prints("12345678901234567890", _g.Constant(new Rational(System.Numerics.BigInteger.Parse("12345678901234567890"), 1)));
    }

    [Fact]
    public void A_product_with_a_name_can_be_part_of_longer_ones()
    {
        var part = (Product)_g.Multiply(_a, _x);
        var names = new Dictionary<Expr, string> { [part] = "g" };
        Assert.Equal("a·y[d]·x[n,d]", new Printer(names).Print(_g.Multiply(_a, _x, _y)));
        var printer = new Printer(names, parts: [part]);
        Assert.Equal("y[d]·g[n,d]", printer.Print(_g.Multiply(_a, _x, _y)));
        Assert.Equal("a²·x[n,d]", printer.Print(_g.Multiply(_g.Power(_a, 2), _x)));
        Assert.Equal("g[n,d] = a·x[n,d]", printer.PrintDefinition("g", part));
        Assert.Equal("Σ_n y[d]·g[n,d]", printer.Print(Sum(_g.Multiply(_a, _x, _y))));
    }

    [Fact]
    public void A_name_has_the_indices_in_the_order_of_its_axes()
    {
        var printer = new Printer(new Dictionary<Expr, string>(), new Dictionary<string, System.Collections.Immutable.ImmutableArray<Index>> { ["t"] = [_d, _n] });
        var t = _g.Named("t", _g.Multiply(_a, _x));
        Assert.Equal("t[d,n] = a·x[n,d]", printer.PrintDefinition("t", t));
        Assert.Equal("t[d,n] + b", printer.Print(_g.Add(t, _b)));
        Assert.Equal("t[n]", printer.PrintName("t", IndexSet.Of([_n])));
        Assert.Equal("t[n,d] + b", Printer.Plain.Print(_g.Add(t, _b)));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        var value = _g.Add(_g.Multiply(_g.Constant(Rational.FromDouble(-1234.0625)!.Value), _x), _g.Constant(Rational.FromDouble(1e-5)!.Value), _g.Power(_x, 12));
        var expected = Printer.Plain.Print(value);
        foreach (var culture in Cultures.Names) Assert.Equal(expected, Cultures.Under(culture, () => Printer.Plain.Print(value)));
    }
}
