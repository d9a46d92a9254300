using System;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Diagnostics;

/// <summary>An exception inside the generator, which its user gets to see as a diagnostic.</summary>
internal sealed record Failure(string Method, string Exception, string Message)
{
    public static Failure Of(string method, Exception exception) =>
        new(method, exception.GetType().Name, exception.Message.Replace("\r", "").Replace('\n', ' ').TrimEnd('.'));

    public Diagnostic At(Location location) => Diagnostic.Create(Descriptors.InternalFailure, location, Method, Exception, Message);
}
