using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>A parameter of a layer. A tensor has axes: names, or fixed extents.</summary>
internal sealed record Parameter(string Name, Type Type, Elements? Tensor, string[] Axes, bool HasGradient);

/// <summary>A method marked <c>[Differentiable]</c> and what was generated for it, found by reflection.</summary>
internal sealed class Layer
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] ElementTypes = [typeof(float), typeof(double)];

    /// <summary>Layers that cannot be computed, on purpose: a method of the user's own that they call returns null or a wrong shape.</summary>
    public static readonly string[] Broken = ["CustomGradients.TooLong", "CustomGradients.Missing", "CustomGradients.GradientTooShort", "CustomGradients.GradientMissing"];

    private Layer(MethodInfo method, Type? typeArgument)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}{(typeArgument is null ? "" : $"<{typeArgument.Name}>")}";
        Staged = new(Closed(method));
        Form = method.GetCustomAttribute<DifferentiableAttribute>()!.Backward;
        Parameters = [.. Staged.Parameters.Select(ParameterOf)];
        Axes = [.. Parameters.SelectMany(parameter => parameter.Axes).Where(axis => !int.TryParse(axis, out _)).Distinct()];
        var generated = method.DeclaringType.GetMethods(Any);
        Forward = Find("Forward", found => found.ReturnType != typeof(void))[0];
        ForwardInto = Find("Forward", found => found.ReturnType == typeof(void))[0];
        Fused = Find("Fused", _ => true)[0];
        ValueAndGradients = Find("ValueAndGradients", _ => true).SingleOrDefault();
        var backward = Find("Backward", found => found.ReturnType != typeof(void));
        var backwardInto = Find("Backward", found => found.ReturnType == typeof(void));
        (Backward, BackwardOfLoss) = (backward.FirstOrDefault(), backward.Skip(1).SingleOrDefault());
        (BackwardInto, BackwardOfLossInto) = (backwardInto.FirstOrDefault(), backwardInto.Skip(1).SingleOrDefault());
        Cache = ForwardInto.Parameters[^1].ParameterType;
        Outputs = ForwardInto.Parameters[Parameters.Length..^1];
        if (BackwardInto is null)
        {
            return;
        }

        int cache = Array.FindIndex(BackwardInto.Parameters, parameter => parameter.ParameterType == Cache);
        Incoming = BackwardInto.Parameters[..(cache - Parameters.Count(parameter => parameter.Tensor is not null))];
        Gradients = BackwardInto.Parameters[(cache + 1)..^1];
        IncomingOutputs = [.. Incoming.Select((incoming, i) => Incoming.Length == Outputs.Length ? i : Array.FindIndex(Outputs, output => "d" + output.Name == incoming.Name))];
        Differentiated = [.. Parameters.Where(parameter => parameter.HasGradient)];
        Assert.DoesNotContain(-1, IncomingOutputs);
        Assert.Equal(Differentiated.Length, Gradients.Length);

        MethodInfo Closed(MethodInfo open) => typeArgument is null ? open : open.MakeGenericMethod(typeArgument);

        // The longest first: a loss has a second backward, without what comes in.
        List<Call> Find(string suffix, Func<MethodInfo, bool> filter) =>
            [.. generated.Where(found => found.Name == method.Name + suffix && filter(found)).OrderByDescending(found => found.GetParameters().Length).Select(found => new Call(Closed(found)))];
    }

    public string Name { get; }

    /// <summary>The name of the method.</summary>
    public string Method => Staged.Method.Name;

    public BackwardForm Form { get; }
    public Parameter[] Parameters { get; }

    /// <summary>The axes whose extents are free.</summary>
    public string[] Axes { get; }

    public Call Staged { get; }
    public Call Forward { get; }
    public Call ForwardInto { get; }
    public Call Fused { get; }
    public Call? Backward { get; }
    public Call? BackwardInto { get; }

    /// <summary>Without the incoming gradient, which is 1.</summary>
    public Call? BackwardOfLoss { get; }

    /// <inheritdoc cref="BackwardOfLoss"/>
    public Call? BackwardOfLossInto { get; }

    public Call? ValueAndGradients { get; }
    public Type Cache { get; }
    public ParameterInfo[] Outputs { get; }
    public ParameterInfo[] Incoming { get; } = [];
    public ParameterInfo[] Gradients { get; } = [];

    /// <summary>The output for which each incoming gradient comes in.</summary>
    public int[] IncomingOutputs { get; } = [];

    /// <summary>The parameter of each gradient.</summary>
    public Parameter[] Differentiated { get; } = [];

    /// <summary>All methods of the assembly that are marked.</summary>
    public static IReadOnlyList<MethodInfo> Methods { get; } =
        [.. typeof(Layers.Norms).Assembly.GetTypes().SelectMany(type => type.GetMethods(Any)).Where(method => method.IsDefined(typeof(DifferentiableAttribute)))];

    /// <summary>All layers but the broken ones: generic ones in float and in double.</summary>
    public static IReadOnlyList<Layer> All { get; } =
        [.. from method in Methods
            where !Broken.Contains($"{method.DeclaringType!.Name}.{method.Name}")
            from type in method.IsGenericMethod ? ElementTypes : [null!]
            select new Layer(method, type)];

    /// <summary>The arguments that choose a case, in all combinations, over the other scalars.</summary>
    public IEnumerable<object?[]> Choices()
    {
        IEnumerable<object?[]> all = [new object?[Parameters.Length]];
        for (int i = 0; i < Parameters.Length; i++)
        {
            int place = i;
            var values = ScalarValues(Parameters[place]);
            all = all.SelectMany(chosen => values.Select(value => (object?[])[.. chosen[..place], value, .. chosen[(place + 1)..]]));
        }

        return all;
    }

    /// <summary>Numbers that say into how many parts something is split are 2, and three of them are multiplied at most.</summary>
    public const int Parts = 8;

    /// <summary>Whether axes are split by parameters, and so have to be multiples of <see cref="Parts"/>.</summary>
    public bool HasParts => Parameters.Any(parameter => parameter.Type == typeof(int));

    /// <summary>Extents, of which those of all axes but one are small.</summary>
    public Dictionary<string, int> Extents(string? varied = null, int extent = 0)
    {
        return Axes.Select((axis, i) => (axis, extent: axis == varied ? extent : HasParts ? Parts : Axes.Length > 2 ? 2 : 3 + i % 3)).ToDictionary(item => item.axis, item => item.extent);
    }

    /// <summary>Extents, all about the same, with which the largest tensor has about so many elements.</summary>
    public Dictionary<string, int> LargeExtents(int elements)
    {
        int step = HasParts ? Parts : 2;
        int extent = step;
        while (Axes.Length > 0 && Product(extent + step) <= elements)
        {
            extent += step;
        }

        return Axes.ToDictionary(axis => axis, axis => extent);

        // All axes together are what may have to be computed, though no tensor need be so large.
        double Product(int extent) => Math.Max(
            Parameters.Where(parameter => parameter.Axes.Length > 0).Max(parameter => Math.Pow(extent, parameter.Axes.Count(axis => Axes.Contains(axis)))),
            Math.Pow(extent, Axes.Length) / 16);
    }

    /// <summary>
    /// Whether the pair over spans allocates nothing: the staged form does, and so do methods of the user's own that return tensors. A span of
    /// more than five axes allocates where the caller makes it: the base class library has room for so many lengths.
    /// </summary>
    public bool AllocatesNothing =>
        Form == BackwardForm.ClosedForm && !Name.StartsWith("CustomGradients.", StringComparison.Ordinal) && Parameters.All(parameter => parameter.Axes.Length <= 5);

    public override string ToString() => Name;

    private static IEnumerable<object?> ScalarValues(Parameter parameter) => parameter switch
    {
        { Tensor: not null } => [null],
        { Type: var type } when type == typeof(bool) => [false, true],
        { Type.IsEnum: true, Type: var type } => [.. Enum.GetValues(type).Cast<object>()],
        { Type: var type, Name: "correction" } when type == typeof(int) => [1],
        { Type: var type } when type == typeof(int) => [2],
        { Type: var type } => [Convert.ChangeType(0.25, type)],
    };

    private static Parameter ParameterOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        bool isTensor = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Tensor<>);
        var element = isTensor ? type.GetGenericArguments()[0] : type;
        var axes = parameter.GetCustomAttribute<ShapeAttribute>()?.Axes.Split(',', StringSplitOptions.TrimEntries) ?? [];
        bool isReal = element == typeof(float) || element == typeof(double);
        bool hasGradient = isReal && (isTensor ? !parameter.IsDefined(typeof(NoGradientAttribute)) : parameter.IsDefined(typeof(GradientAttribute)));
        return new(parameter.Name!, type, isTensor ? Elements.Of(element) : null, axes, hasGradient);
    }
}
