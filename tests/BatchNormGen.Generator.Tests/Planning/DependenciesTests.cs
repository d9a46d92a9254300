using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Planning;

/// <summary>What expressions need, and after which sweep they are known, of mean = Σ x, squares = Σ (x − mean)², and total = Σ y.</summary>
public class DependenciesTests
{
    private readonly Graph _g = new();
    private readonly Expr _x, _y;
    private readonly Named _mean, _squares, _total;

    public DependenciesTests()
    {
        Index n = _g.Index(new("N")), d = _g.Index(new("D"));
        (_x, _y) = (_g.Read("x", [n, d]), _g.Read("y", [n, d]));
        _mean = Sum("mean", _x);
        _squares = Sum("squares", _g.Power(_g.Subtract(_x, _mean), 2));
        _total = Sum("total", _y);

        Named Sum(string name, Expr body) => (Named)_g.Named(name, _g.Sum(IndexSet.Of([n]), body));
    }

    private static Dependencies Among(params Named[] stored) => new(new HashSet<Named>(stored), CancellationToken.None);

    private static string Print(IEnumerable<Named> sums) => string.Join(", ", sums.Select(sum => sum.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_reduction_needs_itself_and_those_that_its_body_needs()
    {
        var dependencies = Among();
        Assert.Equal("", Print(dependencies.Of(_x)));
        Assert.Equal("mean", Print(dependencies.Of(_mean)));
        Assert.Equal("mean, squares", Print(dependencies.Of(_squares)));
        Assert.Equal("mean", Print(dependencies.Of(_squares.Value)));
        Assert.Equal("mean, squares, total", Print(dependencies.Of([_squares, _g.Add(_total, _y)])));
    }

    [Fact]
    public void What_is_stored_hides_what_it_is_made_from()
    {
        var dependencies = Among(_mean);
        Assert.Equal("", Print(dependencies.Of(_mean)));
        Assert.Equal("squares", Print(dependencies.Of(_g.Add(_squares, _mean))));
    }

    [Fact]
    public void Sets_overlap_where_they_share_a_reduction()
    {
        var dependencies = Among();
        var (squares, total) = (dependencies.Of(_squares), dependencies.Of(_total));
        Assert.False(squares.Overlaps(total));
        Assert.True(squares.Overlaps(dependencies.Of(_mean)));
        Assert.True(squares.Contains(_mean));
        Assert.False(total.Contains(_mean));
        Assert.Equal("squares", Print(dependencies.Only([_squares])));
        Assert.False(dependencies.Only([_squares]).Overlaps(dependencies.Of(_mean)));
    }

    [Fact]
    public void A_hundred_reductions_are_told_apart()
    {
        var sums = Enumerable.Range(0, 100).Select(i => (Named)_g.Named($"sum{i}", _g.Sum(_x.Free, _g.Multiply(_x, _g.Scalar($"s{i}"))))).ToList();
        var dependencies = Among();
        Assert.Equal(sums, dependencies.Of(sums).OrderBy(sum => sum.Id));
        Assert.All(sums, sum => Assert.Equal([sum], dependencies.Of(sum)));
        Assert.Equal([sums[3], sums[99]], dependencies.Only([sums[99], sums[3]]).OrderBy(sum => sum.Id));
    }

    private int Level(Expr node, Named[]? stored = null, Dictionary<Named, Named>? squares = null) =>
        new Levels(new HashSet<Named>(stored ?? []), squares ?? [], CancellationToken.None).Of(node);

    [Fact]
    public void The_level_of_a_reduction_is_one_above_those_that_it_needs()
    {
        Assert.Equal((0, 1, 2, 1), (Level(_x), Level(_mean), Level(_squares), Level(_total)));
        Assert.Equal(2, Level(_g.Add(_squares, _total, _x)));
    }

    [Fact]
    public void What_is_stored_is_known_from_the_start()
    {
        Assert.Equal((0, 1), (Level(_mean, [_mean]), Level(_squares, [_mean])));
        Assert.Equal(0, Level(_mean.Value, [_mean]));
    }

    [Fact]
    public void Squares_that_are_found_on_the_way_are_known_with_the_sum() =>
        Assert.Equal(1, Level(_squares, squares: new() { [_squares] = _mean }));

    [Fact]
    public void Whoever_does_not_wait_ends_the_work()
    {
        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => new Dependencies(new HashSet<Named>(), canceled).Of(_squares));
        Assert.Throws<OperationCanceledException>(() => new Levels(new HashSet<Named>(), new Dictionary<Named, Named>(), canceled).Of(_squares));
        var form = Passes.Simplify(Layers.BatchNorm());
        Assert.Throws<OperationCanceledException>(() => Planner.Run(form, canceled));
    }
}
