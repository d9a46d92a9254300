using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>What became of a method.</summary>
/// <param name="Text">The generated file.</param>
/// <param name="Notes">What the passes have to tell the user.</param>
internal sealed record Written(string Text, EquatableArray<Note> Notes);
