namespace DigitsNet;

/// <summary>Something that the user gave is not as it should be; the message is one line, and all that the user gets to see.</summary>
internal sealed class InputException(string message) : Exception(message);
