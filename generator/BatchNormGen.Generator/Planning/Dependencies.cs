using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Which reductions an expression needs, other than through what is stored: one bit for each reduction, one set for
/// each node, made once from the sets of its operands.
/// </summary>
internal sealed class Dependencies(ISet<Named> stored, CancellationToken token)
{
    private readonly List<Named> _sums = [];
    private readonly Dictionary<Expr, Set> _needed = [];

    /// <summary>The reductions that an expression needs; itself too, if it is one.</summary>
    public Set Of(Expr node)
    {
        if (_needed.TryGetValue(node, out var known)) return known;

        // By hand, since a long chain of stages would overflow the stack: a node stays until its operands are known.
        var pending = new Stack<Expr>([node]);
        while (pending.Count > 0)
        {
            token.ThrowIfCancellationRequested();
            var next = pending.Peek();
            var ready = true;
            if (!_needed.ContainsKey(next) && !IsStored(next))
                foreach (var operand in next.Operands)
                    if (!_needed.ContainsKey(operand))
                    {
                        pending.Push(operand);
                        ready = false;
                    }
            if (!ready) continue;
            pending.Pop();
            if (!_needed.ContainsKey(next)) _needed.Add(next, IsStored(next) ? Set.Empty(_sums) : Own(next));
        }
        return _needed[node];
    }

    /// <summary>The reductions that any of some expressions needs.</summary>
    public Set Of(IEnumerable<Expr> nodes) => nodes.Aggregate(Set.Empty(_sums), (set, node) => set.Union(Of(node)));

    /// <summary>Some reductions themselves, to be compared with what is needed.</summary>
    public Set Only(IEnumerable<Named> sums)
    {
        var wanted = new HashSet<Named>(sums);
        Of(wanted);
        return Enumerable.Range(0, _sums.Count).Where(number => wanted.Contains(_sums[number])).Aggregate(Set.Empty(_sums), (set, number) => set.With(number));
    }

    private bool IsStored(Expr node) => node is Named named && stored.Contains(named);

    private Set Own(Expr node)
    {
        var set = node.Operands.Aggregate(Set.Empty(_sums), (set, operand) => set.Union(_needed[operand]));
        if (node is not Named { Value: Reduce } sum) return set;
        _sums.Add(sum);
        return set.With(_sums.Count - 1);
    }

    /// <summary>A set of reductions.</summary>
    internal sealed class Set : IEnumerable<Named>
    {
        private readonly List<Named> _sums;
        private readonly ulong[] _words;

        private Set(List<Named> sums, ulong[] words) => (_sums, _words) = (sums, words);

        public static Set Empty(List<Named> sums) => new(sums, []);

        public Set Union(Set other)
        {
            if (other._words.Length > _words.Length) return other.Union(this);
            var i = 0;
            while (i < other._words.Length && (other._words[i] & ~_words[i]) == 0) i++;
            if (i == other._words.Length) return this;
            var words = (ulong[])_words.Clone();
            for (; i < other._words.Length; i++) words[i] |= other._words[i];
            return new(_sums, words);
        }

        public Set With(int number)
        {
            var words = new ulong[Math.Max(_words.Length, number / 64 + 1)];
            _words.CopyTo(words, 0);
            words[number / 64] |= 1UL << number % 64;
            return new(_sums, words);
        }

        public bool Contains(Named sum) => Enumerable.Contains(this, sum);

        public bool Overlaps(Set other)
        {
            for (var i = 0; i < Math.Min(_words.Length, other._words.Length); i++)
                if ((_words[i] & other._words[i]) != 0) return true;
            return false;
        }

        public IEnumerator<Named> GetEnumerator()
        {
            for (var number = 0; number < _words.Length * 64; number++)
                if ((_words[number / 64] >> number % 64 & 1) != 0) yield return _sums[number];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
