using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>The elements of a tensor as a flat array, in row-major order, and back.</summary>
internal static class TensorValues
{
    public static T[] Of<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    public static Tensor<TTo> Convert<TFrom, TTo>(Tensor<TFrom> tensor) where TFrom : INumber<TFrom> where TTo : INumber<TTo> =>
        Tensor.Create(Array.ConvertAll(Of(tensor), TTo.CreateTruncating), tensor.Lengths);
}
