using System;
using System.Text;
using System.Threading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Lines of C# with their indentation. Lines end in <c>\n</c> on every machine.</summary>
/// <param name="token">Ends the work before the next line.</param>
internal sealed class CodeWriter(CancellationToken token = default)
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Ends the work.</summary>
    public CancellationToken Token => token;

    public void Line(string text = "")
    {
        token.ThrowIfCancellationRequested();
        if (text.Length > 0) _text.Append(' ', 4 * _depth).Append(text);
        _text.Append('\n');
    }

    /// <summary>Lines that another writer made, indented to where this one stands.</summary>
    public void Raw(string lines)
    {
        foreach (var line in lines.TrimEnd('\n').Split('\n')) Line(line);
    }

    public void Comment(string text) => Line("// " + text);

    /// <summary>A header and a block in braces; <paramref name="body"/> writes what is inside.</summary>
    public void Block(string header, Action body, string end = "}")
    {
        if (header.Length > 0) Line(header);
        Line("{");
        Indented(body);
        Line(end);
    }

    /// <summary>As <see cref="Block"/>, without braces, for a body of one line.</summary>
    public void Indented(Action body)
    {
        _depth++;
        body();
        _depth--;
    }

    public override string ToString() => _text.ToString();
}
