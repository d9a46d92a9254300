using System.Globalization;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Diagnostics;

public class FailureTests
{
    [Fact]
    public void A_failure_names_the_method_and_the_exception_on_one_line()
    {
        var diagnostic = Failure.Of("BatchNorm", new InvalidOperationException("No such\r\nthing.")).At(Location.None);
        Assert.Equal("BNG9999", diagnostic.Id);
        Assert.Equal(
            "The generator failed on 'BatchNorm' with InvalidOperationException: No such thing. This is a defect of BatchNormGen; please report it, with the method, at https://github.com/batchnormgen/batchnormgen/issues.",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }
}
