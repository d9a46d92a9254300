namespace BatchNormGen;

/// <summary>
/// The derivation of a layer's backward as a value: the stages, the backward through them, the simplification rule by
/// rule, the closed form, and what it costs. It is read from the constant <c>MDerivation</c> that is generated for a
/// method <c>M</c>, or from the comment at the head of the generated file, which says the same.
/// </summary>
/// <example>
/// <code>
/// var derivation = Derivation.Parse(Layers.BatchNormDerivation);
/// foreach (var formula in derivation.Cases[0].ClosedForm) Console.WriteLine(formula);
/// </code>
/// </example>
public sealed class Derivation
{
    private readonly string _text;

    internal Derivation(string text, string name, IReadOnlyList<DerivationCase> cases) => (_text, Name, Cases) = (text, name, cases);

    /// <summary>The name of the method.</summary>
    public string Name { get; }

    /// <summary>One for each way that the method's <c>bool</c> and <c>enum</c> parameters choose; a single one where there are no such parameters.</summary>
    public IReadOnlyList<DerivationCase> Cases { get; }

    /// <summary>Reads a derivation.</summary>
    /// <param name="text">The constant <c>MDerivation</c>, or a generated file, of which the comment at its head is read.</param>
    /// <returns>The derivation.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException"><paramref name="text"/> is not a derivation; the message says in which line, and why.</exception>
    public static Derivation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new DerivationReader(text).Read();
    }

    /// <summary>The text of the derivation, as the constant has it.</summary>
    public override string ToString() => _text;
}
