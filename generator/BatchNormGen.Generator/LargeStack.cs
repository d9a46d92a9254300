using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace BatchNormGen.Generator;

/// <summary>
/// Formulas that are nested deeply need a deep stack, and the compiler's threads may have a small one. The passes ask whether it suffices
/// (<see cref="System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack"/>); where it does not, they run again on a thread that has more.
/// </summary>
internal static class LargeStack
{
    private const int Size = 256 << 20;

    public static T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InsufficientExecutionStackException)
        {
            return OnThread(work);
        }
    }

    private static T OnThread<T>(Func<T> work)
    {
        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Work, Size);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;

        void Work()
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }
}
