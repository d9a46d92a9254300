using Spectre.Console;

namespace DigitsNet;

/// <summary>Shows how training goes: on a terminal as one line that changes, elsewhere as one line for each epoch.</summary>
internal static class Report
{
    /// <summary>Runs the training to its end and gives its last state.</summary>
    public static Progress Show(IEnumerable<Progress> training, int epochs)
    {
        var last = default(Progress);
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            foreach (var progress in training) Console.WriteLine(Describe(last = progress, epochs));
            return last;
        }

        Console.CancelKeyPress += (_, _) => AnsiConsole.Cursor.Show(); // the bar hides it, and Ctrl+C would leave it hidden
        AnsiConsole.Progress()
            .ExcludeVerticalPadding(true)
            .Columns(new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn())
            .Start(context =>
            {
                var bar = context.AddTask($"epoch 1 of {epochs}", maxValue: epochs);
                foreach (var progress in training)
                {
                    bar.Description = Describe(last = progress, epochs);
                    bar.Increment(1);
                }
            });
        return last;
    }

    private static string Describe(Progress progress, int epochs) =>
        $"epoch {progress.Epoch} of {epochs}, loss {progress.Loss:0.0000}, test accuracy {progress.TestAccuracy:0.00 %}";
}
