using ScottPlot;
using SkiaSharp;

namespace CudaKernels.Cli.Pictures;

/// <summary>The font of all pictures, carried by the program: a machine may have no fonts at all.</summary>
internal sealed class EmbeddedFont : IFontResolver
{
    private static readonly Lock Gate = new();
    private static bool s_isRegistered;

    /// <summary>The family's name.</summary>
    public const string Family = "Roboto";

    /// <summary>The typeface, shared by all pictures.</summary>
    public static SKTypeface Typeface { get; } = Load();

    /// <summary>Makes it the font that plots are drawn with unless they say otherwise.</summary>
    public static void UseInPlots()
    {
        lock (Gate)
        {
            if (s_isRegistered)
            {
                return;
            }

            Fonts.FontResolvers.Insert(0, new EmbeddedFont());
            Fonts.Default = Family;
            Fonts.Sans = Family;
            Fonts.Serif = Family;
            Fonts.Monospace = Family;
            s_isRegistered = true;
        }
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Family ? Load() : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? Load() : null;

    // A new one for each asker: the plot library disposes the typefaces that it was given when it empties its cache.
    private static SKTypeface Load()
    {
        using var font = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("fonts/Roboto-Regular.ttf")
            ?? throw new InvalidOperationException("the program was built without its font");
        using var data = SKData.Create(font);
        return SKTypeface.FromData(data) ?? throw new InvalidDataException("the program's font cannot be read");
    }
}
