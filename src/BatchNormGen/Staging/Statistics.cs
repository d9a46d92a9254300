namespace BatchNormGen;

/// <summary>What a group of numbers is reduced to, and what a line of numbers becomes, in double.</summary>
internal static class Statistics
{
    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    public static double Mean(ReadOnlySpan<double> values) => Sum(values) / values.Length;

    public static double Max(ReadOnlySpan<double> values) => Choose(values, Math.Max);

    public static double Min(ReadOnlySpan<double> values) => Choose(values, Math.Min);

    /// <summary>By deviations, in two passes: the difference of two large squares would cancel.</summary>
    public static double Variance(ReadOnlySpan<double> values, int correction)
    {
        var mean = Mean(values);
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        return sum / Math.Max(values.Length - correction, 0);
    }

    public static double Norm(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>With an infinite maximum nothing is subtracted: ∞ − ∞ would make NaN of a sum that is 0 or ∞.</summary>
    public static double LogSumExp(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return double.NegativeInfinity;
        }

        var max = Max(values);
        var shift = double.IsInfinity(max) ? 0 : max;
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Exp(value - shift);
        }

        return shift + Math.Log(sum);
    }

    public static void Softmax(Span<double> line)
    {
        var sum = SubtractMax(line);
        foreach (ref var value in line)
        {
            value = Math.Exp(value) / sum;
        }
    }

    public static void LogSoftmax(Span<double> line)
    {
        var log = Math.Log(SubtractMax(line));
        foreach (ref var value in line)
        {
            value -= log;
        }
    }

    /// <summary>Subtracts the maximum from each number, and gives Σ e^(x − max).</summary>
    private static double SubtractMax(Span<double> line)
    {
        if (line.IsEmpty)
        {
            return 0;
        }

        var max = Max(line);
        var sum = 0.0;
        foreach (ref var value in line)
        {
            value -= max;
            sum += Math.Exp(value);
        }

        return sum;
    }

    private static double Choose(ReadOnlySpan<double> values, Func<double, double, double> better)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("There is no largest or smallest among no elements; expected every reduced axis to have an extent of at least 1.", "x");
        }

        var best = values[0];
        foreach (var value in values[1..])
        {
            best = better(best, value);
        }

        return best;
    }
}
