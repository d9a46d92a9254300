using System.Globalization;

namespace DigitsNet.Data;

/// <summary>
/// Reads the Optical Recognition of Handwritten Digits files of the UCI Machine Learning Repository (Alpaydin and Kaynak, 1998):
/// each row holds 64 pixels from 0 to 16 and the digit, separated by tabs or commas.
/// </summary>
internal static class OptDigits
{
    private const int Pixels = 64, Darkest = 16;

    /// <exception cref="InputException">The folder, a file or a row in it is not as it should be; the message says which.</exception>
    public static (DigitSet Train, DigitSet Test) Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"the folder '{folder}' does not exist");
        return (ReadFile(folder, "optdigits.tra"), ReadFile(folder, "optdigits.tes"));
    }

    private static DigitSet ReadFile(string folder, string file)
    {
        var images = new List<float[]>();
        var labels = new List<int>();
        foreach (var (index, line) in Lines(folder, file).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var numbers = Parse(line, $"{file}, row {index + 1}");
            images.Add([.. numbers[..Pixels].Select(pixel => pixel / (float)Darkest)]);
            labels.Add(numbers[Pixels]);
        }

        if (images.Count == 0) throw new InputException($"{file}: the file is empty");
        return new([.. images], [.. labels]);
    }

    private static string[] Lines(string folder, string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (FileNotFoundException)
        {
            throw new InputException($"{file}: there is no such file in '{folder}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read ({e.Message})");
        }
    }

    private static int[] Parse(string line, string place)
    {
        var fields = line.Split('\t', ',');
        if (fields.Length != Pixels + 1)
        {
            throw new InputException($"{place}: expected {Pixels + 1} whole numbers, found {fields.Length}");
        }

        return [.. fields.Select((field, column) => column < Pixels
            ? Parse(field, Darkest, $"{place}, column {column + 1}: expected a pixel")
            : Parse(field, 9, $"{place}, column {column + 1}: expected a digit"))];
    }

    private static int Parse(string field, int highest, string expectation) =>
        int.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= highest
            ? number
            : throw new InputException($"{expectation} from 0 to {highest}, found '{Quotable(field)}'");

    // A message stays one short line, whatever the file holds.
    private static string Quotable(string field)
    {
        var text = string.Concat(field.Trim().Select(c => char.IsControl(c) ? '?' : c));
        return text.Length <= 20 ? text : text[..20] + "…";
    }
}
