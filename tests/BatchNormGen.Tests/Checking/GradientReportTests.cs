using System.Globalization;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Checking;

public class GradientReportTests
{
    [Fact]
    public void A_passed_check_reads_well()
    {
        Assert.Matches(
            """
            ^Gradient check passed\.
              x \[3\]: right \(3 compared\), relative error [0-9.]+E-1[0-9]
              s \[1\]: right \(1 compared\), relative error [0-9.]+E-1[0-9]
            Three-point differences, step 1E-06; tolerated 1E-05 \+ 0\.001·\|numerical\|; seed 7\.$
            """,
            Check(dx: 1, ds: 1).ToString());
        Check(dx: 1, ds: 1).ThrowIfFailed();
    }

    [Fact]
    public void A_failed_check_names_the_input_the_element_and_the_factor()
    {
        var error = Assert.Throws<GradientCheckException>(Check(dx: -1, ds: 1).ThrowIfFailed);
        Assert.Matches(
            """
            ^Gradient check failed for x\.
              x \[3\]: WRONG \(3 of 3 compared\), worst x\[[0-2]\]: analytic (-?)[0-9.]+, numerical (-?)[0-9.]+, error [0-9.]+, tolerated 0\.[0-9]+; every element is -1 times the numerical one
              s \[1\]: right \(1 compared\), relative error [0-9.]+E-1[0-9]
            Three-point
            """,
            error.Message);
        Assert.Equal(error.Message, error.Report.ToString());
    }

    [Fact]
    public void All_inputs_that_are_wrong_are_named_first()
    {
        Assert.StartsWith("Gradient check failed for x, s.\n", Check(dx: 2, ds: 3).ToString());
    }

    [Fact]
    public void Kinks_are_mentioned()
    {
        var report = GradientCheck.Run([("x", Tensor.Create([-1.0, 0, 2]))], t => Tensor.Create([.. t[0].Select(v => Math.Max(v, 0))]), (t, dout) => [Tensor.Create([0, 0, dout[2]])]);
        Assert.Matches(@"x \[3\]: right \(2 compared\), relative error [0-9.E-]+; 1 at kinks left out\n", report.ToString());
    }

    [Fact]
    public void Numbers_are_written_the_same_in_every_culture()
    {
        string invariant = Check(dx: -1.5, ds: 1).ToString();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(invariant, Check(dx: -1.5, ds: 1).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void An_error_is_relative_to_the_largest_gradient_of_its_input()
    {
        // d(x²) = 2x: the largest gradient is of size 2·3·|dout|; the error is in an element where the gradient is small.
        double largest = 0, scale = 0;
        var report = GradientCheck.Run([("x", Tensor.Create([0.1, 3.0]))], t => Tensor.Create([t[0][0] * t[0][0], t[0][1] * t[0][1]]), (t, dout) =>
        {
            (scale, largest) = (Math.Abs(dout[0]), Math.Abs(6 * dout[1]));
            return [Tensor.Create([0, 6 * dout[1]])];
        });
        Assert.Equal<nint>([0], report.Worst!.Index);
        Assert.Equal(0.2 * scale / largest, report.WorstError, 1e-8);
    }

    [Fact]
    public void An_error_is_absolute_where_the_gradient_vanishes()
    {
        var report = GradientCheck.Run([("x", Tensor.Create([1.0, 2]))], t => Tensor.Create([1.0]), (t, dout) => [Tensor.Create([0, 0.25])]);
        Assert.Equal(0.25, report.WorstError);
        Assert.False(report.Passed);
    }

    /// <summary>x · s, with either gradient multiplied by a factor.</summary>
    private static GradientReport Check(double dx, double ds) => GradientCheck.Run(
        [("x", Tensor.Create([0.5, -1.25, 2])), ("s", Tensor.Create([0.75]))],
        t => Tensor.Create([.. t[0].Select(v => v * t[1][0])]),
        (t, dout) => [Tensor.Create([.. dout.Select(d => dx * d * t[1][0])]), Tensor.Create([ds * t[0].Zip(dout, (v, d) => v * d).Sum()])],
        new() { Seed = 7 });
}
