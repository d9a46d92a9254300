namespace BatchNormGen.Benchmarks.Measured;

/// <summary>The elements of a tensor and its shape; a scalar has one element and the shape [].</summary>
internal readonly record struct Operand(float[] Values, int[] Shape)
{
    public long Bytes => Values.Length * (long)sizeof(float);
}
