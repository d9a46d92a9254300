using BatchNormGen.CodeFixes;
using BatchNormGen.Generator.Tests.Reading;

namespace BatchNormGen.Generator.Tests.CodeFixes;

public class AssignNewValueTests
{
    [Theory]
    [InlineData("var y = x; y += w; return y;", "var y = x; y = y + w; return y;")]
    [InlineData("var y = x; y -= w - s; return y;", "var y = x; y = y - (w - s); return y;")]
    [InlineData("x *= s; return x;", "x = x * s; return x;")]
    [InlineData("x /= s; /* halved */ return x;", "x = x / s; /* halved */ return x;")]
    [InlineData("var y = x; y += w; y *= s; return y;", "var y = x; y = y + w; y = y * s; return y;")]
    public Task A_change_in_place_becomes_an_assignment(string body, string mended) => Fixes.ExpectAll<AssignNewValue>(Reads.Method(body), Reads.Method(mended));

    [Theory]
    [InlineData("x[0, 0] = 1; return x;")]
    [InlineData("x[0, 0] += 1; return x;")]
    [InlineData("Environment.ExitCode = 1; return x;")]
    public Task What_is_no_change_of_a_local_is_left_alone(string body) => Fixes.ExpectNone<AssignNewValue>(Reads.Method(body));
}
