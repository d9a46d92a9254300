using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>Something that a pass has to tell the user, of text alone: where it is said is found when it is.</summary>
/// <param name="Stage">The stage that it is about; null for the layer as a whole.</param>
/// <param name="Id">The id of its descriptor.</param>
/// <param name="Arguments">What the message names.</param>
internal sealed record Note(string? Stage, string Id, EquatableArray<string> Arguments)
{
    /// <summary>The number of the case whose stage it is, from 0.</summary>
    public int Case { get; init; }
}
