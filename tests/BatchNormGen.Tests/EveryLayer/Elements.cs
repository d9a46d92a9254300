using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>What has to be done with elements of a type that is known at run time only. Values travel as bytes.</summary>
internal abstract class Elements
{
    private static readonly Dictionary<Type, Elements> All = new()
    {
        [typeof(float)] = new Numbers<float>(), [typeof(double)] = new Numbers<double>(), [typeof(int)] = new Labels(), [typeof(bool)] = new Truths(),
    };

    public abstract Type Type { get; }

    public abstract int Size { get; }

    public static Elements Of(Type type) => All[type];

    /// <summary>So many values; labels are smaller than <paramref name="limit"/>.</summary>
    public abstract byte[] Draw(Random random, int count, int limit);

    /// <summary>A tensor of memory of its own.</summary>
    public abstract object Tensor(byte[] values, nint[] lengths);

    /// <summary>A tensor that is not dense: every other element is passed over. One of one element is dense in any case.</summary>
    public abstract object Strided(byte[] values, nint[] lengths);

    /// <summary>The values of a tensor, or of a scalar.</summary>
    public abstract Values Read(object tensor);

    /// <summary>The first place in which values differ, where all that is not a number is the same; −1 if there is none.</summary>
    public abstract int Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    private abstract class Typed<T> : Elements where T : unmanaged
    {
        public override Type Type => typeof(T);

        public override unsafe int Size => sizeof(T);

        public override byte[] Draw(Random random, int count, int limit)
        {
            var values = new byte[count * Size];
            foreach (ref var value in MemoryMarshal.Cast<byte, T>(values.AsSpan()))
            {
                value = Draw(random, limit);
            }

            return values;
        }

        protected abstract T Draw(Random random, int limit);

        public override object Tensor(byte[] values, nint[] lengths) =>
            System.Numerics.Tensors.Tensor.Create(MemoryMarshal.Cast<byte, T>(values).ToArray(), lengths);

        public override object Strided(byte[] values, nint[] lengths) =>
            System.Numerics.Tensors.Tensor.Create(MemoryMarshal.Cast<byte, T>((byte[])[.. values, .. values]).ToArray(), 0, lengths, Strides(lengths));

        private static nint[] Strides(nint[] lengths)
        {
            var strides = new nint[lengths.Length];
            nint stride = 2;
            for (int axis = lengths.Length - 1; axis >= 0; axis--)
            {
                // The base class library wants it so along an axis of one element.
                strides[axis] = lengths[axis] == 1 ? 0 : stride;
                stride *= lengths[axis];
            }

            return strides;
        }

        public override Values Read(object tensor)
        {
            if (tensor is T scalar)
            {
                return new(this, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in scalar)).ToArray(), []);
            }

            var typed = (Tensor<T>)tensor;
            var values = new T[typed.FlattenedLength];
            typed.FlattenTo(values);
            return new(this, MemoryMarshal.AsBytes<T>(values).ToArray(), typed.Lengths.ToArray());
        }

        public override int Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
        {
            if (left.SequenceEqual(right))
            {
                return -1;
            }

            for (int i = 0; i < left.Length / Size; i++)
            {
                var mine = left.Slice(i * Size, Size);
                var others = right.Slice(i * Size, Size);
                if (!mine.SequenceEqual(others) && !(IsNaN(MemoryMarshal.Read<T>(mine)) && IsNaN(MemoryMarshal.Read<T>(others))))
                {
                    return i;
                }
            }

            return -1;
        }

        protected virtual bool IsNaN(T value) => false;
    }

    /// <summary>Numbers in which every function of the tables but acosh is defined.</summary>
    private sealed class Numbers<T> : Typed<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        protected override T Draw(Random random, int limit) => T.CreateTruncating(0.05 + 0.9 * random.NextDouble());

        protected override bool IsNaN(T value) => T.IsNaN(value);
    }

    private sealed class Labels : Typed<int>
    {
        protected override int Draw(Random random, int limit) => random.Next(limit);
    }

    private sealed class Truths : Typed<bool>
    {
        protected override bool Draw(Random random, int limit) => random.Next(3) > 0;
    }
}

/// <summary>The values of a tensor, or of a scalar, which has no axes.</summary>
internal sealed record Values(Elements Elements, byte[] Bytes, nint[] Lengths)
{
    public int Count => Bytes.Length / Elements.Size;

    public object Tensor() => Elements.Tensor(Bytes, Lengths);

    /// <summary>How they differ from others, in words; null if they do not.</summary>
    public string? Difference(ReadOnlySpan<byte> others) => Elements.Difference(Bytes, others) is var place and >= 0
        ? FormattableString.Invariant($"element {place} of {Count}") : null;
}
