using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>What came of reading a method: the model, unless there were errors, and apart from it what has a place in source.</summary>
/// <param name="Method">The model; null where the method cannot be differentiated, or is not written to its end yet.</param>
/// <param name="DeclaringHalf">What is owed to the user even without a model, if it can be read.</param>
/// <param name="Diagnostics">What the user has to be told.</param>
/// <param name="Location">The name of the method.</param>
internal sealed record ReadResult(Method? Method, DeclaringHalf? DeclaringHalf, EquatableArray<Diagnostic> Diagnostics, Location Location);
