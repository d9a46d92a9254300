using System;
using System.Collections.Generic;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// The cheapest way to part a source from a sink: the edges that a maximum flow fills (Ford and Fulkerson, 1956), found by
/// shortest augmenting paths (Edmonds and Karp, 1972).
/// </summary>
internal sealed class MinimumCut
{
    /// <summary>The capacity of an edge that is never cut.</summary>
    public const long Endless = long.MaxValue / 4;

    public const int Source = 0;
    public const int Sink = 1;

    /// <summary>The edges that leave each vertex. Edge e and its reverse e ^ 1 stand next to each other.</summary>
    private readonly List<List<int>> _leaving = [[], []];
    private readonly List<int> _to = [];
    private readonly List<long> _left = [];

    public int AddVertex()
    {
        _leaving.Add([]);
        return _leaving.Count - 1;
    }

    public void AddEdge(int from, int to, long capacity)
    {
        Half(from, to, Math.Min(capacity, Endless));
        Half(to, from, 0);

        void Half(int start, int end, long left)
        {
            _leaving[start].Add(_to.Count);
            _to.Add(end);
            _left.Add(left);
        }
    }

    /// <summary>
    /// For each vertex whether it lies on the side of the sink. Of several cuts that cost the same it is the one nearest to
    /// the sink.
    /// </summary>
    public bool[] Find()
    {
        while (TryFlow())
        {
        }
        var behind = new bool[_leaving.Count];
        behind[Sink] = true;
        var pending = new Stack<int>([Sink]);
        while (pending.Count > 0)
            foreach (var edge in _leaving[pending.Pop()])
                if (_left[edge ^ 1] > 0 && !behind[_to[edge]])
                {
                    behind[_to[edge]] = true;
                    pending.Push(_to[edge]);
                }
        return behind;
    }

    /// <summary>Sends as much as fits along a shortest path.</summary>
    private bool TryFlow()
    {
        var by = new int[_leaving.Count];
        for (var i = 0; i < by.Length; i++) by[i] = -1;
        var pending = new Queue<int>([Source]);
        while (pending.Count > 0 && by[Sink] < 0)
            foreach (var edge in _leaving[pending.Dequeue()])
                if (_left[edge] > 0 && by[_to[edge]] < 0 && _to[edge] != Source)
                {
                    by[_to[edge]] = edge;
                    pending.Enqueue(_to[edge]);
                }
        if (by[Sink] < 0) return false;
        var flow = long.MaxValue;
        for (var at = Sink; at != Source; at = _to[by[at] ^ 1]) flow = Math.Min(flow, _left[by[at]]);
        for (var at = Sink; at != Source; at = _to[by[at] ^ 1])
        {
            _left[by[at]] -= flow;
            _left[by[at] ^ 1] += flow;
        }
        return true;
    }
}
