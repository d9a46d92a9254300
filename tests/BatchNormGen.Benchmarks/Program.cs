using System.Globalization;
using BatchNormGen.Benchmarks;
using BatchNormGen.Benchmarks.Bdn;
using BenchmarkDotNet.Running;

const string Help = """
    Speed and accuracy of generated layers, against torch where it was compiled in (-p:Torch=true).

    compare    Times forward, backward and both of each layer, all contenders interleaved in this process, against what memory allows.
                 --quick            5 rounds instead of 15, and one or two small shapes of each layer
                 --layer LIST       all unless told otherwise; separated by commas: batchnorm, batchnorm2d, batchnorm-relu,
                                    batchnorm2d-relu, layernorm, rmsnorm, groupnorm, softmax, crossentropy, gelu
                 --shapes LIST      NxD or NxCxHxW, separated by commas: 256x512,32x64x56x56
                 --threads LIST     1,2 unless told otherwise
                 --rounds COUNT     15 unless told otherwise
                 --markdown FILE    writes the tables to FILE too
                 --plot FILE        draws the times of forward and backward, as SVG
    scaling    Time of batch normalization for each element, from 10,000 elements to 100,000,000, and the memory that it takes beside them.
                 --columns LIST     1000,256 unless told otherwise
                 --largest COUNT    100000000 elements unless told otherwise
                 --rounds COUNT     15 unless told otherwise
                 --markdown FILE    writes the table to FILE too
    small      Time of a call where there is little to compute, what it allocates, and whether it starts threads.
                 --layer LIST       all layers of matrices unless told otherwise
                 --shapes LIST      1x8,8x64,32x32,64x100 unless told otherwise
                 --rounds COUNT     15 unless told otherwise
                 --markdown FILE    writes the table to FILE too
    build      Times the build of a project of 100 annotated layers with the generator and without.
                 --layers COUNT     100 unless told otherwise
                 --rounds COUNT     5 unless told otherwise
                 --markdown FILE    writes the table to FILE too
    accuracy   Largest absolute errors against a float64 computation.
    sweeps     Times one sweep over [N, D] in several orders through memory, by hand: what the order of generated sweeps rests on.
                 --rounds N, --shapes LIST
    products   Speed of products of matrices, as a share of what the processor can do.
                 --threads LIST     1,2 unless told otherwise
                 --only TEXT        products whose name or shape holds the text: --only 512x
                 --markdown FILE    writes the table to FILE too
    network    Times a training step of the network of samples/DigitsNet: one method, layer by layer, and torch.
                 --batches LIST     32,64,256 unless told otherwise
                 --threads LIST     1,2 unless told otherwise
                 --markdown FILE    writes the table to FILE too
    functions  Worst errors of the elementary functions of lanes of float, over all 2^32 floats.
                 --only TEXT        functions whose name holds the text
                 --every K          every K-th float instead of all
    generation Times the source generator itself, pass by pass, on layers of growing length.
                 --only TEXT        layers whose name holds the text
    bdn        BenchmarkDotNet; what follows goes to it: bdn --filter '*Backward*' --job short
    """;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    switch (args)
    {
        case [] or ["--help" or "-h" or "help", ..]:
            Console.WriteLine(Help);
            return 0;
        case ["compare", .. var options]:
            return new Compare(CompareSettings.Parse(options)).Run();
        case ["scaling", .. var options]:
            Scaling.Parse(options).Run();
            return 0;
        case ["small", .. var options]:
            SmallShapes.Parse(options).Run();
            return 0;
        case ["build", .. var options]:
            BuildTimes.Parse(options).Run();
            return 0;
        case ["sweeps", .. var options]:
            SweepForms.Parse(options).Run();
            return 0;
        case ["accuracy"]:
            Accuracy.Run();
            return 0;
        case ["products", .. var options]:
            ProductTimes.Parse(options).Run();
            return 0;
        case ["network", .. var options]:
            return NetworkTimes.Parse(options).Run();
        case ["functions", .. var options]:
            FunctionErrors.Parse(options).Run();
            return 0;
        case ["generation"]:
            Generation.Run();
            return 0;
        case ["generation", "--only", var only]:
            Generation.Run(only);
            return 0;
        case ["bdn", .. var options]:
            // In this process: a benchmark project that BenchmarkDotNet would write knows nothing of -p:Torch=true.
            BenchmarkSwitcher.FromAssembly(typeof(ForwardBenchmarks).Assembly).Run(["--inProcess", .. options]);
            return 0;
        default:
            throw new UsageException($"'{string.Join(' ', args)}' is not a command with its options; --help lists them.");
    }
}
catch (UsageException mistake)
{
    Console.Error.WriteLine(mistake.Message);
    return 2;
}
