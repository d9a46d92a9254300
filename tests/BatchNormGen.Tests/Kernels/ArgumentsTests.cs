using System.Numerics.Tensors;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData(3, 4)]
    [InlineData(5, 1)]
    [InlineData(1, 5)]
    [InlineData(1, 1)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(2, 1, 3)]
    [InlineData(1, 1, 1, 7)]
    public void A_tensor_as_created_is_dense(params int[] lengths)
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([.. lengths.Select(length => (nint)length)]);
        tensor.AsTensorSpan().Fill(7);

        ReadOnlySpan<float> read = Arguments.Dense(tensor.AsReadOnlyTensorSpan(), "x", "axes", lengths.Length);
        Span<float> written = Arguments.Dense(tensor.AsTensorSpan(), "x", "axes", lengths.Length);
        Assert.Equal(tensor.FlattenedLength, read.Length);
        Assert.True(read == written);
        Assert.All(read.ToArray(), value => Assert.Equal(7, value));
    }

    [Fact]
    public void Slices_of_whole_rows_are_dense_and_start_where_they_start()
    {
        Tensor<float> tensor = Tensor.Create([1f, 2, 3, 4, 5, 6], [3, 2]);
        Assert.Equal([3f, 4, 5, 6], Arguments.Dense(tensor[1..3, ..].AsReadOnlyTensorSpan(), "x", "N, D", 2).ToArray());
        Assert.Equal([4f], Arguments.Dense(tensor[1..2, 1..2].AsReadOnlyTensorSpan(), "x", "N, D", 2).ToArray());
        Assert.True(Arguments.Dense(tensor[1..1, 0..1].AsReadOnlyTensorSpan(), "x", "N, D", 2).IsEmpty);
    }

    [Fact]
    public void Tensors_that_are_not_dense_are_refused()
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([3, 4]);
        AssertRefused(
            "x",
            "x: expected a dense tensor in row-major order, but with the shape [4, 3] its strides are [1, 4]; pass a dense copy, such as the one that ToDenseTensor() makes.",
            () => Arguments.Dense(Tensor.Transpose(tensor).AsReadOnlyTensorSpan(), "x", "N, D", 2));
        AssertRefused(
            "dx",
            "dx: expected a dense tensor in row-major order, but with the shape [3, 2] its strides are [4, 1]; write to a dense tensor and copy from there.",
            () => Arguments.Dense(tensor[.., 1..3].AsTensorSpan(), "dx", "N, D", 2));
        AssertRefused(
            "x",
            "x: expected a dense tensor in row-major order, but with the shape [2] its strides are [0]; pass a dense copy, such as the one that ToDenseTensor() makes.",
            () => Arguments.Dense(new ReadOnlyTensorSpan<float>([1f], [2], [0]), "x", "D", 1));
    }

    [Fact]
    public void Another_number_of_axes_is_refused()
    {
        Tensor<float> tensor = Tensor.CreateFromShape<float>([3, 4, 5]);
        AssertRefused("x", "x: expected 2 axes, [N, D], but its shape is [3, 4, 5].", () => Arguments.Dense(tensor.AsReadOnlyTensorSpan(), "x", "N, D", 2));
        AssertRefused("x", "x: expected 1 axis, [D], but its shape is [3, 4, 5].", () => Arguments.Dense(tensor.AsTensorSpan(), "x", "D", 1));
    }

    [Fact]
    public void A_missing_tensor_is_refused_where_one_is_needed()
    {
        AssertRefused("x", "x: expected a tensor of shape [N, D], but none was given (it is default).", () => Arguments.Dense(default(ReadOnlyTensorSpan<float>), "x", "N, D", 2));
        AssertRefused("dx", "dx: expected a tensor of shape [], but none was given (it is default).", () => Arguments.Dense(default(TensorSpan<float>), "dx", "", 0));
    }

    [Fact]
    public void Default_is_told_from_tensors_without_elements()
    {
        Assert.True(Arguments.IsDefault(default(ReadOnlyTensorSpan<float>)));
        Assert.True(Arguments.IsDefault(default(TensorSpan<float>)));
        Assert.True(Arguments.IsDefault(ReadOnlyTensorSpan<float>.Empty));
        foreach (nint[] lengths in (nint[][])[[0], [0, 5], [5, 0], [1], [3, 4]])
        {
            Tensor<float> tensor = Tensor.CreateFromShape<float>(lengths);
            Assert.False(Arguments.IsDefault(tensor.AsReadOnlyTensorSpan()));
            Assert.False(Arguments.IsDefault(tensor.AsTensorSpan()));
        }
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        Arguments.Shape([10], [10], "gamma", "D");
        Arguments.Shape([], [], "scalar", "");
        AssertRefused("gamma", "gamma: expected shape [D] = [10], but it is [11].", () => Arguments.Shape([11], [10], "gamma", "D"));
        AssertRefused("x", "x: expected shape [N, D] = [2, 3], but it is [2, 4].", () => Arguments.Shape([2, 4], [2, 3], "x", "N, D"));
        AssertRefused("x", "x: expected shape [N, D] = [2, 3], but it is [2, 3, 1].", () => Arguments.Shape([2, 3, 1], [2, 3], "x", "N, D"));
    }

    [Fact]
    public void Overlapping_memory_is_refused()
    {
        var memory = new float[10];
        Arguments.Disjoint<float>(memory.AsSpan(0, 5), "dx", memory.AsSpan(5), "x");
        Arguments.Disjoint<float>(memory.AsSpan(0, 0), "dx", memory, "x");
        AssertRefused(
            "dx",
            "dx overlaps x in memory, and would overwrite what is still to be read or kept. Give dx memory of its own.",
            () => Arguments.Disjoint<float>(memory.AsSpan(0, 6), "dx", memory.AsSpan(5), "x"));
        AssertRefused(
            "dx",
            "dx overlaps x in memory, and would overwrite what is still to be read or kept. Give dx memory of its own.",
            () => Arguments.Disjoint<float>(memory, "dx", memory, "x"));
    }

    [Fact]
    public void The_same_memory_is_accepted_in_place_but_no_other_overlap()
    {
        var memory = new float[10];
        Arguments.DisjointOrSame<float>(memory, "output", memory, "x");
        Arguments.DisjointOrSame<float>(memory.AsSpan(0, 5), "output", memory.AsSpan(5), "x");
        string message = "output overlaps x in memory, and would overwrite what is still to be read or kept. "
            + "Give output memory of its own, or exactly that of x to compute in place.";
        AssertRefused("output", message, () => Arguments.DisjointOrSame<float>(memory.AsSpan(0, 9), "output", memory.AsSpan(1), "x"));
        AssertRefused("output", message, () => Arguments.DisjointOrSame<float>(memory.AsSpan(0, 9), "output", memory, "x"));
    }

    [Fact]
    public void Checks_that_pass_allocate_nothing()
    {
        Tensor<float> x = Tensor.CreateFromShape<float>([2, 3]), output = Tensor.CreateFromShape<float>([2, 3]);
        Check(x, output, 2, 3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Check(x, output, 2, 3);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Check(Tensor<float> x, Tensor<float> output, int n, int d)
        {
            ReadOnlySpan<float> read = Arguments.Dense(x.AsReadOnlyTensorSpan(), "x", "N, D", 2);
            Span<float> written = Arguments.Dense(output.AsTensorSpan(), "output", "N, D", 2);
            Arguments.Shape(x.Lengths, [n, d], "x", "N, D");
            Arguments.Shape(output.Lengths, [n, d], "output", "N, D");
            Arguments.DisjointOrSame(written, "output", read, "x");
        }
    }

    private static void AssertRefused(string parameter, string message, Action check)
    {
        var error = Assert.Throws<ArgumentException>(check);
        Assert.Equal(parameter, error.ParamName);
        Assert.Equal($"{message} (Parameter '{parameter}')", error.Message);
    }
}
