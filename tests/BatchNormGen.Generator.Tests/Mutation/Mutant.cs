namespace BatchNormGen.Generator.Tests.Mutation;

/// <summary>One change in a source of the generator, which some test should notice.</summary>
/// <param name="Number">By which it is switched on.</param>
/// <param name="Operator">What kind of change it is.</param>
/// <param name="File">The source, in the folder of the generator.</param>
/// <param name="Line">The line of the source, from 1.</param>
/// <param name="Member">The member of the class that it is in.</param>
/// <param name="Original">The expression as it stands.</param>
/// <param name="Mutated">What becomes of it.</param>
internal sealed record Mutant(int Number, Operator Operator, string File, int Line, string Member, string Original, string Mutated)
{
    public override string ToString() => $"{File}({Line}), {Operator} in {Member}: '{Original}' became '{Mutated}'.";
}

/// <summary>The kinds of changes.</summary>
internal enum Operator
{
    /// <summary>The result times −1.</summary>
    Sign,

    /// <summary>The result times 2.</summary>
    Factor,

    /// <summary>Two neighbours that are both expressions change places: arguments, parts of a tuple, elements of a list, or the parameters of a lambda.</summary>
    Swap,

    /// <summary>Nothing instead of a result, where that is allowed: a rule does not match.</summary>
    Off,
}
