using System.Linq;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>What came of reading a method: the model, unless there were errors, and apart from it what has a place in source.</summary>
/// <param name="Method">The model; null where the method cannot be differentiated, or is not written to its end yet.</param>
/// <param name="DeclaringHalf">What is owed to the user even without a model, if it can be read.</param>
/// <param name="Diagnostics">What the user has to be told.</param>
/// <param name="Location">The name of the method.</param>
/// <param name="Places">Where the stages come from.</param>
internal sealed record ReadResult(Method? Method, DeclaringHalf? DeclaringHalf, EquatableArray<Diagnostic> Diagnostics, Location Location, EquatableArray<StagePlace> Places)
{
    /// <summary>Where a stage comes from; the name of the method where there is no such stage.</summary>
    public Location PlaceOf(int @case, string? stage) =>
        Places.FirstOrDefault(place => place.Case == @case && place.Stage == stage)?.Location ?? Location;
}

/// <summary>
/// Where a stage comes from. This is no part of the model, so that code may move without anything being computed again.
/// </summary>
/// <param name="Case">The number of the case, from 0.</param>
/// <param name="Stage">The name of the stage in the model.</param>
/// <param name="Location">The local that it is assigned to, the call that made it, or the expression that is returned.</param>
internal sealed record StagePlace(int Case, string Stage, Location Location);
