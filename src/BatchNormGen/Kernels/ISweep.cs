using System.ComponentModel;

namespace BatchNormGen.Kernels;

/// <summary>One pass over memory, cut into chunks that may be done in any order and at the same time.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISweep
{
    /// <summary>Does one chunk. It writes nothing that another chunk reads or writes.</summary>
    void Run(int chunk);
}
