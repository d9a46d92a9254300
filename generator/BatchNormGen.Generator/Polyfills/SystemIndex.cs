namespace System;

/// <summary>Lets the compiler count from the end, in <c>items[^1]</c> and in list patterns, on netstandard2.0.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    public static implicit operator Index(int value) => new(value);

    public int GetOffset(int length) => fromEnd ? length - value : value;
}
