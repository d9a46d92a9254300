namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>One way to compute a layer in training, at one workload.</summary>
internal abstract class Contender : IDisposable
{
    public abstract string Name { get; }

    /// <summary>The most threads that it may use.</summary>
    public abstract int Threads { set; }

    /// <summary>The output, with whatever the backward wants to have kept.</summary>
    public abstract void Forward();

    /// <summary>All gradients; may be called again and again after one <see cref="Forward"/>.</summary>
    public abstract void Backward();

    /// <summary>The forward and the backward of one training step.</summary>
    public virtual void Step()
    {
        Forward();
        Backward();
    }

    /// <summary>The output at 0, then the gradients of x and of the parameters.</summary>
    public abstract ReadOnlySpan<float> Result(int index);

    public virtual void Dispose()
    {
    }
}
