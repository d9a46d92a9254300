using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit.v3;

namespace BatchNormGen.Generator.Tests.Mutation;

/// <summary>
/// The generator with all mutants in it, and the tests that shall notice them: a copy of this assembly, which sees that generator in place of
/// the other one. All else (the compiler, the test framework) is shared.
/// </summary>
internal sealed class MutatedGenerator
{
    /// <summary>What is injected. A mutant that goes on far longer than the original did, or ever deeper, ends with an exception.</summary>
    private const string Switch = """
        namespace BatchNormGen.Generator
        {
            internal static class Mutants
            {
                private static int Active = -1, Most;
                private static int[] Uses = new int[10000];

                public static void Set(int mutant, int[] uses, int most)
                {
                    (Active, Uses, Most) = (mutant, uses, most);
                    Algebra.Functions.Powers = Algebra.Functions.PowersAnew;
                }

                public static bool Is(int mutant)
                {
                    Uses[mutant]++;
                    if (mutant != Active) return false;
                    System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
                    if (Uses[mutant] > Most) throw new System.InvalidOperationException("This does not end.");
                    return true;
                }
            }
        }
        """;

    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../../generator/BatchNormGen.Generator"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static readonly AssemblyName Generator = typeof(DifferentiableGenerator).Assembly.GetName(), Tests = typeof(MutatedGenerator).Assembly.GetName();

    private readonly List<Mutant> _mutants = [];
    private readonly Action<int, int[], int> _set;
    private readonly List<(Test Test, int[] Uses)> _tests = [];

    /// <summary>Compiles and loads them, and expects all tests to pass as long as no mutant is switched on.</summary>
    /// <param name="files">The sources that are mutated, in the folder of the generator.</param>
    /// <param name="killers">The classes of the tests, in the order in which they are asked.</param>
    public MutatedGenerator(IReadOnlyList<string> files, IEnumerable<Type> killers)
    {
        var context = new Context(Compile(files));
        _set = context.LoadFromAssemblyName(Generator).GetType("BatchNormGen.Generator.Mutants")!.GetMethod("Set")!.CreateDelegate<Action<int, int[], int>>();
        var tests = context.LoadFromAssemblyName(Tests);
        foreach (var test in killers.SelectMany(killer => Test.Of(tests.GetType(killer.FullName!, throwOnError: true)!)))
        {
            var uses = new int[_mutants.Count];
            _set(-1, uses, 0);
            if (test.Run() is { } fault) throw new InvalidOperationException($"{test} fails without any mutant.", fault);
            _tests.Add((test, uses));
        }
    }

    public IReadOnlyList<Mutant> Mutants => _mutants;

    /// <summary>Whether any test fails with this mutant. One that did not come to that place before need not be run.</summary>
    public bool IsKilled(Mutant mutant) => _tests.Any(test =>
    {
        if (test.Uses[mutant.Number] == 0) return false;
        _set(mutant.Number, new int[_mutants.Count], 1000 + 100 * test.Uses[mutant.Number]);
        return test.Test.Run() is not null;
    });

    private MemoryStream Compile(IReadOnlyList<string> files)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && !name.StartsWith("BatchNormGen.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.None);
        var sources = Directory.GetFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(Folder, file).Split('/', '\\')[0] is not ("bin" or "obj"))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
            .Append(CSharpSyntaxTree.ParseText(Switch, options))
            .Append(CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{Generator.Version}\"), System.Runtime.CompilerServices.InternalsVisibleTo(\"{Tests.Name}\")]", options))
            .ToList();
        var compilation = CSharpCompilation.Create(
            Generator.Name, sources, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        var mutated = compilation;
        foreach (var file in files)
        {
            var source = sources.Single(source => source.FilePath == Path.Combine(Folder, file));
            var root = new Mutator(file, compilation.GetSemanticModel(source), _mutants).Visit(source.GetRoot())!;
            mutated = mutated.ReplaceSyntaxTree(source, CSharpSyntaxTree.ParseText(root.ToFullString(), options, source.FilePath));
        }
        var stream = new MemoryStream();
        var emitted = mutated.Emit(stream);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return stream;
    }

    private sealed class Context(MemoryStream generator) : AssemblyLoadContext("Mutants")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            if (name.Name == Tests.Name) return LoadFromAssemblyPath(typeof(MutatedGenerator).Assembly.Location);
            if (name.Name != Generator.Name) return null;
            generator.Position = 0;
            return LoadFromStream(generator);
        }
    }

    /// <summary>A test with its arguments, as far as the attributes of the classes that are asked need it: facts, inline data, and properties.</summary>
    private sealed record Test(MethodInfo Method, object?[] Arguments)
    {
        public static IEnumerable<Test> Of(Type type) =>
            from method in type.GetMethods().OrderBy(method => method.MetadataToken)
            where method.GetCustomAttribute<FactAttribute>() is not null
            from arguments in method.GetCustomAttributes<DataAttribute>().ToList() is { Count: > 0 } data ? data.SelectMany(one => Rows(one, method)) : [[]]
            select new Test(method, arguments);

        private static IEnumerable<object?[]> Rows(DataAttribute data, MethodInfo method) =>
            data is MemberDataAttribute member ? ((IEnumerable<ITheoryDataRow>)method.DeclaringType!.GetProperty(member.MemberName)!.GetValue(null)!).Select(row => row.GetData())
            : [((InlineDataAttribute)data).Data];

        /// <summary>What it fails with.</summary>
        public Exception? Run()
        {
            try
            {
                var test = Method.IsStatic ? null : Activator.CreateInstance(Method.DeclaringType!, BindingFlags.DoNotWrapExceptions | BindingFlags.Instance | BindingFlags.Public, null, null, null);
                Assert.Null(Method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, Arguments, null));
                return null;
            }
            catch (Exception fault)
            {
                return fault;
            }
        }

        public override string ToString() => $"{Method.DeclaringType!.Name}.{Method.Name}({string.Join(", ", Arguments)})";
    }
}
