using DigitsNet.Network;

namespace DigitsNet.Data;

/// <summary>Images of 8 by 8 pixels, 0 (paper) to 1 (ink), row by row, each with the digit that it shows.</summary>
internal sealed record DigitSet(float[][] Images, int[] Labels)
{
    public int Count => Labels.Length;

    /// <summary>Copies the examples at <paramref name="positions"/> into <paramref name="images"/> and <paramref name="labels"/>.</summary>
    public void Fill(Batch images, int[] labels, ReadOnlySpan<int> positions)
    {
        images.Count = positions.Length;
        for (var n = 0; n < positions.Length; n++)
        {
            Images[positions[n]].CopyTo(images[n]);
            labels[n] = Labels[positions[n]];
        }
    }
}
