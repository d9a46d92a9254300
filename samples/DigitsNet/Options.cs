using System.Globalization;

namespace DigitsNet;

/// <summary>What the command line says.</summary>
internal sealed record Options(string? Data, int Epochs, int Seed, bool Help)
{
    public const string Usage = """
        Trains a small network with batch normalization to read digits of 8 by 8 pixels.

        Usage: dotnet run -c Release --project samples/DigitsNet -- [options]

          --data DIR    read optdigits.tra and optdigits.tes (UCI Machine Learning Repository) from DIR;
                        without it, the digits are drawn by the program itself
          --epochs N    how often to go through the training digits (20)
          --seed N      where the random numbers start (1)
          --help        show this text
        """;

    /// <exception cref="InputException">An option is unknown, or its value is missing or malformed.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options(Data: null, Epochs: 20, Seed: 1, Help: false);
        for (var i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--help" => options with { Help = true },
                "--data" => options with { Data = Value(arguments, ref i) },
                "--epochs" => options with { Epochs = Number(arguments, ref i, lowest: 1) },
                "--seed" => options with { Seed = Number(arguments, ref i, lowest: 0) },
                var other => throw new InputException($"unknown option '{other}'; --help lists the known ones"),
            };
        }

        return options;
    }

    private static int Number(string[] arguments, ref int i, int lowest)
    {
        var option = arguments[i];
        var value = Value(arguments, ref i);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest
            ? number
            : throw new InputException($"{option}: expected a whole number from {lowest} up, found '{value}'");
    }

    private static string Value(string[] arguments, ref int i) =>
        i + 1 < arguments.Length ? arguments[++i] : throw new InputException($"{arguments[i]}: the value is missing");
}
