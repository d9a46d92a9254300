namespace DigitsNet;

internal static class RandomExtensions
{
    extension(Random random)
    {
        /// <summary>A number from the standard normal distribution (Box and Muller, 1958).</summary>
        public float NextNormal() =>
            MathF.Sqrt(-2f * MathF.Log(1f - random.NextSingle())) * MathF.Cos(2f * MathF.PI * random.NextSingle());
    }
}
