using System.Diagnostics;
using DigitsNet;
using DigitsNet.Data;

try
{
    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }

    var random = new Random(options.Seed);
    var (train, test) = options.Data is { } folder ? OptDigits.Read(folder) : DrawnDigits.Draw(random);
    Console.WriteLine($"{train.Count} digits to learn from, {test.Count} to be tested on, {options.Data ?? "drawn by the program"}");

    var clock = Stopwatch.StartNew();
    var end = Report.Show(new Training(train, test, random).Run(options.Epochs), options.Epochs);
    Console.WriteLine($"Test accuracy {end.TestAccuracy:0.00 %} after {end.Epoch} epochs in {clock.Elapsed.TotalSeconds:0.0} s");
    return 0;
}
catch (InputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
