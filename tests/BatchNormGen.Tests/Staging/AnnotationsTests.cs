using System.Reflection;

namespace BatchNormGen.Tests.Staging;

public class AnnotationsTests
{
    private static double Annotated([Shape("N, 3")] double x, [NoGradient] double weights, [Gradient] double eps) => x * weights + eps;

    [Fact]
    public void The_closed_form_is_what_nobody_has_to_ask_for()
    {
        Assert.Equal(BackwardForm.ClosedForm, new DifferentiableAttribute().Backward);
        Assert.Equal(BackwardForm.Staged, new DifferentiableAttribute { Backward = BackwardForm.Staged }.Backward);
    }

    [Fact]
    public void Saving_is_balanced_unless_asked_otherwise()
    {
        Assert.Equal(Saving.Balanced, new DifferentiableAttribute().Save);
        Assert.Equal(Saving.Most, new DifferentiableAttribute { Save = Saving.Most }.Save);
    }

    [Fact]
    public void Parameters_carry_their_annotations()
    {
        var parameters = ((Func<double, double, double, double>)Annotated).Method.GetParameters();
        Assert.Equal("N, 3", parameters[0].GetCustomAttribute<ShapeAttribute>()?.Axes);
        Assert.NotNull(parameters[1].GetCustomAttribute<NoGradientAttribute>());
        Assert.NotNull(parameters[2].GetCustomAttribute<GradientAttribute>());
    }
}
