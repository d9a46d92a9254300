namespace BatchNormGen.Benchmarks.Networks;

/// <summary>One way to train the network of samples/DigitsNet, on a mini-batch of its own: the same for every contender.</summary>
internal abstract class Contender : IDisposable
{
    public const int Pixels = 64, Hidden = 100, Classes = 10;
    public const float Rate = 0.01f, Momentum = 0.9f, Epsilon = 1e-5f;

    /// <summary>The most threads that it may use.</summary>
    public virtual int Threads
    {
        set => Parallelism.MaxThreads = value;
    }

    /// <summary>Forward, backward and the update of all parameters.</summary>
    public abstract void Step();

    /// <summary>The mean loss over the mini-batch, before the last step.</summary>
    public abstract float Loss { get; }

    public virtual void Dispose()
    {
    }
}
