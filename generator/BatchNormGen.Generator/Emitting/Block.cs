using System;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>How a sweep finds the values of an instance where it takes a block of instances.</summary>
/// <param name="Loops">The loops over instances, the outermost of the sweep.</param>
/// <param name="At">The place of the instance in the block, as a C# expression.</param>
/// <param name="IsSum">Whether a small value is a sum, which is in double.</param>
internal sealed record Block(int Loops, string At, Func<Named, bool> IsSum);
