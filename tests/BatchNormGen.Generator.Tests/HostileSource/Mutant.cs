namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>A sample that was changed one to five times.</summary>
/// <param name="Seed">Draws the same mutant again.</param>
/// <param name="Sample">What it was.</param>
/// <param name="Steps">What happened to it, and the seeds of the places where it did.</param>
internal sealed record Mutant(int Seed, Sample Sample, IReadOnlyList<(Mutation Mutation, int Seed)> Steps)
{
    /// <summary>The text in the end.</summary>
    public string Text => Steps.Aggregate(Sample.Text, (text, step) => step.Mutation.Apply(text, step.Seed));

    /// <summary>Files are equally likely, and few mutations more than many.</summary>
    public static Mutant Draw(int seed)
    {
        var random = new Random(seed);
        var layers = Sample.All[random.Next(Sample.All.Count)];
        var count = 1 + (int)(5 * random.NextDouble() * random.NextDouble());
        return new(seed, layers[random.Next(layers.Count)], [.. Enumerable.Range(0, count).Select(_ => (Mutation.Table[random.Next(Mutation.Table.Count)], random.Next()))]);
    }

    public override string ToString() => $"mutant {Seed} of {Sample.Name}: {string.Join(", ", Steps.Select(step => step.Mutation.Name))}";
}
