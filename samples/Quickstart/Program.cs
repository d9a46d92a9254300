using System.Text;
using Quickstart;

const int N = 1024, D = 1024, Rounds = 15;
Console.OutputEncoding = Encoding.UTF8;

Console.WriteLine($"""
    Layers.cs says what batch normalization is, in nine lines of plain C#.
    From these, the compiler has derived the gradient:

    {Layers.BatchNormDerivation}

    The code is in samples/Quickstart/obj/generated.

    """);

var report = Accuracy.Check(n: 16, d: 5);
Console.WriteLine($"""
    Is it right? The generated backward in double precision, against central differences:
      worst error, relative to the largest gradient  {report.WorstError:0.0e+00}

    """);

Console.WriteLine($"How fast is it? Forward and backward of {N} x {D} floats, median of {Rounds} rounds in turns:");
var (staged, fused) = new Speed(N, D).Measure(Rounds);
Console.WriteLine($"""
      stage by stage, as written  {staged,8:0.00} ms
      generated                   {fused,8:0.00} ms, {staged / fused:0} times faster
    """);

return report.Passed ? 0 : 1;
