namespace BatchNormGen.Generator.Tests;

public class SnapshotTests
{
    [Fact]
    public void A_difference_shows_the_first_lines_that_differ_after_those_before_them() => Assert.Equal("""
             2 | b
             3 | c
        -    4 | d
        +    4 | D
        +    5 | E
        """, Snapshot.Difference("a\nb\nc\nd\ne\nf", "a\nb\nc\nD\nE\ne\nf"));

    [Fact]
    public void A_snapshot_that_does_not_match_is_left_beside_the_test()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "SomeTests.cs");
            var (verified, received) = (Path.Combine(folder.FullName, "SomeTests.Some_test.verified.cs"), Path.Combine(folder.FullName, "SomeTests.Some_test.received.cs"));

            var missing = Assert.ThrowsAny<Exception>(() => Snapshot.Match("a\nb\n", accept: false, file: file, test: "Some_test"));
            Assert.Contains("SomeTests.Some_test.verified.cs does not exist yet", missing.Message, StringComparison.Ordinal);
            Assert.Equal("a\nb\n", File.ReadAllText(received));

            File.Move(received, verified);
            Snapshot.Match("a\r\nb", file: file, test: "Some_test");
            Assert.False(File.Exists(received));

            var different = Assert.ThrowsAny<Exception>(() => Snapshot.Match("a\nc\n", accept: false, file: file, test: "Some_test"));
            Assert.Contains("+    2 | c", different.Message, StringComparison.Ordinal);

            Snapshot.Match("a\nc\n", file: file, test: "Some_test", accept: true);
            Assert.Equal("a\nc\n", File.ReadAllText(verified));
            Assert.False(File.Exists(received));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
