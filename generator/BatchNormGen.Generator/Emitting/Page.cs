using System.Collections.Generic;
using System.Threading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Lines of text, broken where they are too long: in a formula before a sign, preferably one outside of all brackets.</summary>
/// <param name="token">Ends the work before the next formula.</param>
internal sealed class Page(CancellationToken token = default)
{
    private const int Width = 96;

    public List<string> Lines { get; } = [];

    /// <summary>A heading, after an empty line.</summary>
    public void Heading(string text) => Lines.AddRange(["", text]);

    /// <summary>A formula after its prefix; what does not fit goes on two columns further in than it began.</summary>
    public void Write(string prefix, string formula)
    {
        token.ThrowIfCancellationRequested();
        var indent = new string(' ', prefix.Length + 2);
        var line = prefix + formula;
        var depth = 0;
        while (line.Length > Width)
        {
            var (at, depthThere) = Break(line, depth, indent.Length);
            if (at < 0) break;
            Lines.Add(line.Substring(0, at).TrimEnd());
            line = indent + line.Substring(at);
            depth = depthThere;
        }
        Lines.Add(line);
    }

    /// <summary>
    /// Where to break a line that begins within so many brackets: the last place that fits of those that tear least
    /// apart. A factor holds on to the others more than a term to its sum, and most within what a Σ sums.
    /// </summary>
    private static (int At, int Depth) Break(string line, int depth, int indent)
    {
        var (at, depthThere, tie) = (-1, 0, int.MaxValue);
        var sums = new Stack<int>();
        for (var i = 0; i <= Width && i + 1 < line.Length; i++)
        {
            if (line[i] is '(' or '[') depth++;
            if (line[i] is ')' or ']') depth--;
            if (line[i] == 'Σ') sums.Push(depth);
            var isSign = i > 0 && (line[i] != '=' || depth == 0) && (line[i] is '+' or '−' or '=') && line[i - 1] == ' ' && line[i + 1] == ' ';
            while (sums.Count > 0 && (sums.Peek() > depth || isSign && sums.Peek() == depth)) sums.Pop();
            if (i <= indent || i <= Width / 3 || !isSign && line[i] != '·') continue;
            var here = 2 * (depth + sums.Count) + (isSign ? 0 : 3);
            if (here <= tie) (at, depthThere, tie) = (i, depth, here);
        }
        return (at, depthThere);
    }
}
