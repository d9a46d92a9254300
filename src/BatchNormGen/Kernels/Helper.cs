using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>A background thread of a team. It looks out for calls for a moment after each, then sleeps until the next.</summary>
internal sealed class Helper
{
    private const int Idle = 0;
    private const int Parked = 1;
    private const int Called = 2;
    private const int Running = 3;

    private static readonly long lookOutTicks = Stopwatch.Frequency * 40 / 1_000_000;

    private readonly Team team;
    private readonly int member;
    private readonly bool looksOut;
    private readonly SemaphoreSlim wake = new(0);
    private StateOnItsOwnLine slot;

    private Helper(Team team, int index)
    {
        this.team = team;
        member = index + 1;

        // More threads than processors must not spin: they would keep each other from working.
        looksOut = index < Environment.ProcessorCount - 1;
    }

    public static Helper Start(Team team, int index)
    {
        var helper = new Helper(team, index);
        new Thread(helper.Live) { IsBackground = true, Name = $"BatchNormGen helper {index + 1}" }.UnsafeStart();
        return helper;
    }

    /// <summary>Asks the helper to join in.</summary>
    public void Call()
    {
        if (Interlocked.Exchange(ref slot.State, Called) == Parked)
        {
            wake.Release();
        }
    }

    /// <summary>Takes the call back if the helper has not begun, else waits until it has stopped.</summary>
    public void DismissOrAwait()
    {
        if (Interlocked.CompareExchange(ref slot.State, Idle, Called) == Called)
        {
            return;
        }

        for (var spin = new SpinWait(); Volatile.Read(ref slot.State) == Running;)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Live()
    {
        while (true)
        {
            WaitForCall();
            if (Interlocked.CompareExchange(ref slot.State, Running, Called) == Called)
            {
                team.RunChunks(member);
                Volatile.Write(ref slot.State, Idle);
            }
        }
    }

    private void WaitForCall()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref slot.State) == Idle)
        {
            if (looksOut && Stopwatch.GetTimestamp() - start < lookOutTicks)
            {
                Thread.SpinWait(1);
            }
            else if (Interlocked.CompareExchange(ref slot.State, Parked, Idle) == Idle)
            {
                wake.Wait();
                start = Stopwatch.GetTimestamp();
            }
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StateOnItsOwnLine
    {
        [FieldOffset(128)]
        public int State;
    }
}
