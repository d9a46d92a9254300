namespace BatchNormGen.Generator.Reading;

/// <summary>
/// The declaring half of a partial method, which the generator owes to the user's implementing one. It is known even
/// where the body is not valid, so that the compiler does not bury what is wrong there under CS0759.
/// </summary>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Namespace">The namespace, empty for the global one.</param>
/// <param name="Types">The types around the method as they open in source, the outermost first.</param>
/// <param name="Text">The declaration in C#, names and default values as the user wrote them.</param>
internal sealed record DeclaringHalf(string HintName, string Namespace, EquatableArray<string> Types, string Text);
