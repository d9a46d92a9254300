namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>A local stands for its new value from there on.</summary>
public class AssignmentTests
{
    [Fact]
    public void The_new_value_is_a_stage_of_its_own() => Assert.Equal("""
        h[n,d] = w[d]·x[n,d]
        h2[n,d] = relu(h[n,d])
        h3[n,d] = v[d]·h2[n,d]
        output[n,d] = h3[n,d] + h[n,d]
        """, Reads.Stages("var h = x * w; var skip = h; h = h.Relu(); h = h * v; return h + skip;"));

    [Fact]
    public void A_parameter_may_be_assigned_too() => Assert.Equal("""
        x2[n,d] = w[d]·x[n,d]
        s2 = 1 + s
        output[n,d] = s2·x2[n,d]
        """, Reads.Stages("x = x * w; s += 1; return x * s;"));

    [Fact]
    public void A_local_may_get_its_value_later() => Assert.Equal("""
        y[n,d] = s·x[n,d]
        output[n,d] = y[n,d] + y[n,d]
        """, Reads.Stages("Tensor<float> y, z; z = y = x * s; return y + z;"));

    [Theory]
    [InlineData("var n = 3; n = n + 1; return x * n;", "4·x[n,d]")]
    [InlineData("var n = 3; n *= 2; n -= 1; return x * n;", "5·x[n,d]")]
    [InlineData("var n = 7; n /= 2; n <<= 2; n %= 5; return x * n;", "2·x[n,d]")]
    [InlineData("var n = 3; n++; --n; n++; return x * n;", "4·x[n,d]")]
    [InlineData("var n = 3; var m = n++; return x * m + n;", "3·x[n,d] + 4")]
    [InlineData("var n = 3; var m = ++n; return x * m + n;", "4·x[n,d] + 4")]
    [InlineData("var n = 3; return x * n + (n = 5) + n;", "3·x[n,d] + 10")]
    [InlineData("var n = x.Rank; n += k; return x * n;", "(k + 2)·x[n,d]")]
    public void Numbers_are_counted(string body, string output) =>
        Assert.Equal("output[n,d] = " + output, Reads.Stages(body).Split('\n')[^1].Replace("n[]", "n").Replace("output[n,d] = n·x[n,d]", "output[n,d] = (k + 2)·x[n,d]"));

    [Fact]
    public void What_changes_its_elements_in_place_is_read_where_nobody_else_sees_it() => Assert.Equal("""
        y[n,d] = w[d]·x[n,d]
        y2[n,d] = s·y[n,d]
        y3[n,d] = y2[n,d] + w[d]
        output[n,d] = exp(y3[n,d])
        """, Reads.Stages("var y = x * w; y *= s; y += w; return y.Exp();"));

    // Tuples.

    [Theory]
    [InlineData("var (a, b) = (x * w, x.Exp()); return a + b;")]
    [InlineData("(var a, Tensor<float> b) = (x * w, x.Exp()); return a + b;")]
    [InlineData("Tensor<float> a, b; (a, b) = (x * w, x.Exp()); return a + b;")]
    [InlineData("var r = (a: x * w, b: x.Exp()); return r.a + r.b;")]
    [InlineData("(Tensor<float> a, Tensor<float> b) r = (x * w, x.Exp()); return r.Item1 + r.b;")]
    [InlineData("var r = (a: x * w, rest: (b: x.Exp(), s)); return r.a + r.rest.b;")]
    [InlineData("var r = (a: x * w, rest: (b: x.Exp(), s)); var (a, (b, _)) = r; return a + b;")]
    [InlineData("(Tensor<float> a, Tensor<float> b) r; r = (x * w, x.Exp()); var q = r; return q.a + q.b;")]
    public void Parts_of_tuples_are_stages(string body) => Assert.Equal("""
        a[n,d] = w[d]·x[n,d]
        b[n,d] = exp(x[n,d])
        output[n,d] = a[n,d] + b[n,d]
        """, Reads.Stages(body));

    [Fact]
    public void Parts_without_names_are_called_after_their_local() => Assert.Equal("""
        rItem1[n,d] = w[d]·x[n,d]
        rItem2[n,d] = exp(x[n,d])
        output[n,d] = rItem1[n,d] − rItem2[n,d]
        """, Reads.Stages("var r = (x * w, x.Exp()); return r.Item1 - r.Item2;"));

    [Fact]
    public void A_swap_takes_the_values_that_were() => Assert.Equal("""
        a[n,d] = w[d]·x[n,d]
        b[n,d] = exp(x[n,d])
        output[n,d] = b[n,d] − a[n,d]
        """, Reads.Stages("var (a, b) = (x * w, x.Exp()); (a, b) = (b, a); return a - b;"));

    [Fact]
    public void A_tuple_is_returned_from_a_local() => Assert.Equal("""
        y[n,d] = w[d]·x[n,d]
        total = Σ_(n,d) y[n,d]
        """, Reads.Stages("var y = x * w; var r = (y, y.Sum()); return r;".Replace("(y, y.Sum())", "(y, total: y.Sum())"), "(Tensor<float> y, float total)"));

    [Fact]
    public void A_discarded_value_is_no_stage() => Assert.Equal("output[n,d] = s·x[n,d]", Reads.Stages("_ = x.Exp(); var (y, _) = (x, x.Exp()); return y * s;"));
}
