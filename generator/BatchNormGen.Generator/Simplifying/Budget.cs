namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// How many steps simplifying may take, so that it has an end that can be stated. To look at a node is a step; to rewrite
/// one, which makes a new one and asks every rule, is <see cref="Rewriting"/> and one more for each operand.
/// </summary>
/// <param name="Splits">After so many steps no more sums are split.</param>
/// <param name="Rules">
/// After so many steps only the rules are used that keep sums and products short (<see cref="Simplifying.Rules.Short"/>): the
/// stages are put into each other, and that is all.
/// </param>
internal sealed record Budget(long Splits, long Rules)
{
    /// <summary>What it costs to rewrite a node, next to looking at one: some microseconds.</summary>
    public const int Rewriting = 16;

    /// <summary>
    /// Seconds at the most. A layer of the textbook takes a few thousand steps, 200 normalizations one after the other take
    /// six million.
    /// </summary>
    public static readonly Budget Default = new(Splits: 10_000_000, Rules: 20_000_000);
}
