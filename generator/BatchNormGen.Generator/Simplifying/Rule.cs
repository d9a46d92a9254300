using System;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>An equation of algebra, read from left to right.</summary>
/// <param name="Name">What the derivation calls it.</param>
/// <param name="Law">The equation, with the condition under which it holds.</param>
/// <param name="Apply">The right side for a node that the left side matches; null where it does not.</param>
internal sealed record Rule(string Name, string Law, Func<Graph, Expr, Expr?> Apply);
