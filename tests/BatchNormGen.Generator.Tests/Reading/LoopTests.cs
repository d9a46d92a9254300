namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>Loops are written out.</summary>
public class LoopTests
{
    [Fact]
    public void Each_round_has_its_stages() => Assert.Equal("""
        h[n,d] = w[d]·x[n,d]
        h2[n,d] = w[d]·h[n,d]
        h3[n,d] = w[d]·h2[n,d]
        """, Reads.Stages("var h = x; for (int i = 0; i < 3; i++) h = h * w; return h;"));

    [Theory]
    [InlineData("for (var i = 0; i < 3; i++) y = y * (i + 2);", "2 3 4")]
    [InlineData("for (var i = 6; i >= 2; i -= 2) y = y * i;", "6 4 2")]
    [InlineData("for (var i = 2; i <= 20; i *= 3) y = y * i;", "2 6 18")]
    [InlineData("for (int i = 2, j = 9; i < j; i++, j--) y = y * j;", "9 8 7 6")]
    [InlineData("for (var i = 2; i < 9; i++) { if (i % 2 == 0) continue; if (i == 7) break; y = y * i; }", "3 5")]
    [InlineData("for (var i = 2; i < 4; i++) for (var j = 5; j < 9; j++) { if (j == 7) break; y = y * (10 * i + j); }", "25 26 35 36")]
    [InlineData("for (var i = 2; ; i++) { if (i > 3) break; y = y * i; }", "2 3")]
    [InlineData("for (var i = 0; i < x.Rank; i++) y = y * (i + 5);", "5 6")]
    [InlineData("var i = 2; while (i < 5) { y = y * i; i++; }", "2 3 4")]
    [InlineData("var i = 2; while (true) { if (i > 3) break; y = y * i++; }", "2 3")]
    [InlineData("var i = 5; do { y = y * i; i -= 1; } while (i > 5);", "5")]
    [InlineData("foreach (var c in new[] { 2, 3, 5 }) y = y * c;", "2 3 5")]
    [InlineData("foreach (var c in (int[])[2, 3, 5]) { if (c == 3) continue; y = y * c; }", "2 5")]
    [InlineData("foreach (var c in (ReadOnlySpan<float>)[0.5f, 3]) y = y * c;", "1/2 3")]
    [InlineData("int[] all = [2, 3]; foreach (var c in all) y = y * c; y = y * all[^1] * all.Length;", "2 3 6")]
    [InlineData("for (var i = 2; i < 5; i++) switch (i) { case 3: break; default: y = y * i; continue; }", "2 4")]
    [InlineData("for (var i = 0; i < 0; i++) y = y * k; y = y * 2;", "2")]
    public void Rounds_are_those_that_run(string loop, string factors) => Assert.Equal(
        factors.Split(' '),
        Reads.Stages($"var y = x; {loop} return y;").Split('\n').Select(stage => stage.Split(" = ")[1].Split('·')[0]));

    [Fact]
    public void A_loop_may_return() => Assert.Equal("""
        y[n,d] = w[d]·x[n,d]
        output[n,d] = s·y[n,d]
        """, Reads.Stages("var y = x; for (var i = 0; ; i++) { if (i == 1) return y * s; y = y * w; }"));

    [Fact]
    public void The_number_of_a_round_may_name_an_axis() => Assert.Equal("""
        total[d] = Σ_n x[n,d]
        total2[n] = Σ_d x[n,d]
        y = Σ_d total[d] + Σ_n total2[n]
        """.Replace("y = ", "output = "), Reads.Stages("""
        float sum = 0;
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var total = x.Sum(axis);
            sum = sum + total.Sum();
        }
        return sum;
        """, "float").Replace("sum = Σ_d total[d]\n", "").Replace("sum2 = sum + ", "output = Σ_d total[d] + "));

    [Fact]
    public void Tensors_may_be_looped_over() => Assert.Equal("""
        y[n,d] = w[d]·x[n,d]
        y2[n,d] = v[d]·y[n,d]
        """, Reads.Stages("var y = x; foreach (var scale in new[] { w, v }) y = y * scale; return y;"));

    [Fact]
    public void A_choice_and_a_loop_go_together() => Assert.Equal("""
        a = true:
        y[n,d] = s·x[n,d]
        y2[n,d] = exp(y[n,d])
        y3[n,d] = s·y2[n,d]
        a = false:
        y[n,d] = s·x[n,d]
        y2[n,d] = s·y[n,d]
        """, Reads.Print(Assert.Single(Reads.Methods(ChoiceTests.Source("var y = x; for (var i = 0; i < 2; i++) { y = y * s; if (i == 0 && a) y = y.Exp(); } return y;")))));
}
