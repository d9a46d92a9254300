using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// A scalar expression over index variables. A tensor is such an expression with free indices, so a broadcast is no
/// operation: <c>mean[d]</c> simply does not mention <c>n</c>. Nodes are immutable and made by a <see cref="Graph"/>
/// only, which keeps one node for each distinct expression: within a graph, equal means the same object.
/// </summary>
internal abstract class Expr
{
    private protected Expr(IndexSet free) => Free = free;

    /// <summary>The node's place in its graph, operands before users.</summary>
    public int Id { get; internal set; }

    /// <summary>The index variables that the expression mentions and does not bind.</summary>
    public IndexSet Free { get; }

    public virtual ImmutableArray<Expr> Operands => [];

    public override string ToString() => Printer.Plain.Print(this);
}

/// <summary>An exact number.</summary>
internal sealed class Constant(Rational value) : Expr(IndexSet.Empty)
{
    public Rational Value { get; } = value;
}

/// <summary>A scalar parameter of the layer, such as <c>eps</c>.</summary>
internal sealed class Scalar(string name) : Expr(IndexSet.Empty)
{
    public string Name { get; } = name;
}

/// <summary>The extent of an axis as a number: the <c>N</c> of <c>1/N</c>. Positive wherever anything is summed over it.</summary>
internal sealed class Extent(Axis axis) : Expr(IndexSet.Empty)
{
    public Axis Axis { get; } = axis;
}

/// <summary>One element of a tensor that comes from outside. A null index reads an axis of extent 1.</summary>
internal sealed class Read(string tensor, ImmutableArray<Index?> indices) : Expr(IndexSet.Of(indices))
{
    public string Tensor { get; } = tensor;
    public ImmutableArray<Index?> Indices { get; } = indices;
}

/// <summary>The place of an element along an axis, as a number: the c of [labels[n] = c].</summary>
internal sealed class Position(Index index) : Expr(IndexSet.Of([index]))
{
    public Index Index { get; } = index;
}

/// <summary>a + b + …; subtraction adds a product with coefficient −1.</summary>
internal sealed class Add(ImmutableArray<Expr> terms) : Expr(Graph.FreeOf(terms))
{
    public ImmutableArray<Expr> Terms { get; } = terms;
    public override ImmutableArray<Expr> Operands => Terms;
}

/// <summary>A base to a rational exponent, as it stands in a <see cref="Product"/>.</summary>
internal readonly record struct Factor(Expr Base, Rational Exponent);

/// <summary>A monomial: coefficient · b₁^e₁ · b₂^e₂ · …; division and square roots are exponents.</summary>
internal sealed class Product(Rational coefficient, ImmutableArray<Factor> factors) : Expr(Graph.FreeOf(factors))
{
    public Rational Coefficient { get; } = coefficient;
    public ImmutableArray<Factor> Factors { get; } = factors;
    public override ImmutableArray<Expr> Operands { get; } = [.. factors.Select(factor => factor.Base)];
}

/// <summary>A function of the table <see cref="Functions"/>, applied to its arguments.</summary>
internal sealed class Apply(Function function, ImmutableArray<Expr> arguments) : Expr(Graph.FreeOf(arguments))
{
    public Function Function { get; } = function;
    public ImmutableArray<Expr> Arguments { get; } = arguments;
    public override ImmutableArray<Expr> Operands => Arguments;
}

/// <summary>How a reduction combines elements.</summary>
internal enum Reduction
{
    /// <summary>Σ over the indices.</summary>
    Sum,

    /// <summary>The largest element.</summary>
    Max,

    /// <summary>The smallest element.</summary>
    Min,
}

/// <summary>Σ (or another reduction) over index variables, which it binds.</summary>
internal sealed class Reduce(Reduction kind, IndexSet over, Expr body) : Expr(body.Free.Except(over))
{
    public Reduction Kind { get; } = kind;
    public IndexSet Over { get; } = over;
    public Expr Body { get; } = body;
    public override ImmutableArray<Expr> Operands { get; } = [body];
}

/// <summary>
/// A stage: a value to which the user (or the reverse walk) gave a name. It is opaque to algebra until the simplifier
/// puts the definition in its place, which keeps the staged form and its names.
/// </summary>
internal sealed class Named(string name, Expr value) : Expr(value.Free)
{
    public string Name { get; } = name;
    public Expr Value { get; } = value;
    public override ImmutableArray<Expr> Operands { get; } = [value];
}

/// <summary>What is asked about expressions.</summary>
internal static class Expressions
{
    /// <summary>Whether the value is 1 or 0, and known to be a mask: [a &gt; b], perhaps by another name.</summary>
    public static bool IsMask(this Expr node) => node is Apply { Function.IsMask: true } || node is Named named && named.Value.IsMask();

    /// <summary>Whether it is one of the functions that take dozens of operations: exp, tanh, erf, …</summary>
    public static bool IsElementary(this Apply node) => node.Function.Operations > 1 || node.Function == Functions.Pow;

    /// <summary>What a name stands for; anything else itself.</summary>
    public static Expr Definition(this Expr node) => node is Named named ? named.Value : node;

    /// <summary>The masks among the factors: what they do not let through is 0, whatever the other factors are.</summary>
    public static bool HasMask(this Product product) => product.Factors.Any(IsBracket);

    /// <summary>Whether a factor selects: a mask that is multiplied. One that is divided by is a number, 1 or 0.</summary>
    public static bool IsBracket(this Factor factor) => factor.Base.IsMask() && factor.Exponent.Sign > 0;
}
