using System.Numerics;

namespace DigitsNet.Data;

/// <summary>Digits for whoever has no data at hand: drawn stroke by stroke, each a little differently.</summary>
internal static class DrawnDigits
{
    private const int TrainCount = 5000, TestCount = 1000, Side = 8;

    // One polyline for each digit, on a grid five wide and seven high: "12 20 26" goes from (1,2) up to (2,0) and down to (2,6).
    private static readonly Vector2[][] Strokes =
    [
        Polyline("10 30 41 45 36 16 05 01 10"),
        Polyline("12 20 26"),
        Polyline("01 10 30 41 42 06 46"),
        Polyline("01 10 30 41 42 33 13 33 44 45 36 16 05"),
        Polyline("36 30 04 44"),
        Polyline("40 00 02 32 43 45 36 16 05"),
        Polyline("30 10 01 05 16 36 45 44 33 13 04"),
        Polyline("00 40 16"),
        Polyline("13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33"),
        Polyline("42 33 13 02 01 10 30 41 42 45 36 16"),
    ];

    public static (DigitSet Train, DigitSet Test) Draw(Random random) => (Draw(TrainCount, random), Draw(TestCount, random));

    private static DigitSet Draw(int count, Random random)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 10)];
        return new([.. labels.Select(digit => Draw(Strokes[digit], random))], labels);
    }

    private static float[] Draw(Vector2[] strokes, Random random)
    {
        Vector2[] points = [.. strokes.Select(Hand(random))];
        var (radius, blur) = (Between(0.3f, 0.6f), Between(0.4f, 0.8f));
        return [.. Enumerable.Range(0, Side * Side).Select(i => Ink(new(i % Side, i / Side)))];

        float Ink(Vector2 pixel) => Math.Clamp((radius - Distance(pixel, points)) / blur + 0.5f + 0.08f * random.NextNormal(), 0f, 1f);
        float Between(float low, float high) => low + (high - low) * random.NextSingle();
    }

    // The hand that draws: size, slant, rotation and place of the whole digit, and a small slip at every point.
    private static Func<Vector2, Vector2> Hand(Random random)
    {
        var centre = new Vector2(2f, 3f);
        var transform = Matrix3x2.CreateScale(1f + 0.1f * random.NextNormal(), 1f + 0.08f * random.NextNormal())
            * Matrix3x2.CreateSkew(0.15f * random.NextNormal(), 0f)
            * Matrix3x2.CreateRotation(0.1f * random.NextNormal())
            * Matrix3x2.CreateTranslation(3.5f + 0.4f * random.NextNormal(), 3.5f + 0.4f * random.NextNormal());
        return point => Vector2.Transform(point - centre + 0.15f * new Vector2(random.NextNormal(), random.NextNormal()), transform);
    }

    private static float Distance(Vector2 pixel, Vector2[] points) =>
        points.Zip(points.Skip(1), (from, to) => Distance(pixel, from, to)).Min();

    private static float Distance(Vector2 pixel, Vector2 from, Vector2 to)
    {
        var along = Vector2.Dot(pixel - from, to - from) / Vector2.DistanceSquared(from, to);
        return Vector2.Distance(pixel, Vector2.Lerp(from, to, Math.Clamp(along, 0f, 1f)));
    }

    private static Vector2[] Polyline(string points) =>
        [.. points.Split(' ').Select(point => new Vector2(point[0] - '0', point[1] - '0'))];
}
