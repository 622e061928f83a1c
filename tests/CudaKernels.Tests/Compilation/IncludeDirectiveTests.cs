namespace CudaKernels.Tests;

public sealed class IncludeDirectiveTests
{
    [Fact]
    public void Both_brackets_are_found_with_their_lines()
    {
        var found = IncludeDirective.Scan("#include \"a.cuh\"\n  #  include <b.h>\n\n\t#include\"c/d.cuh\" // why\nint x;\n");
        Assert.Equal([("a.cuh", true, 1), ("b.h", false, 2), ("c/d.cuh", true, 4)], found.Select(include => (include.Spelling, include.IsQuoted, include.Line)));
    }

    [Theory]
    [InlineData("// #include \"a.h\"")]
    [InlineData("/* x\n#include \"a.h\"\n*/")]
    [InlineData("const char* s = R\"(\n#include \"a.h\"\n)\";")]
    [InlineData("const char* s = R\"xy(\n)\"\n#include \"a.h\"\n)xy\";")]
    [InlineData("int x; #include \"a.h\"")]
    [InlineData("#include HEADER")]
    [InlineData("#include \"a.h\n")]
    [InlineData("#include \"\"")]
    [InlineData("#include_next \"a.h\"")]
    [InlineData("#define S \"x\" #include \"a.h\"")]
    [InlineData("#")]
    public void What_is_no_include_is_passed_over(string text)
    {
        Assert.Empty(IncludeDirective.Scan(text));
    }

    [Theory]
    [InlineData("int x = 1'000'000;\n#include \"a.h\"", 2)]
    [InlineData("char c = '\"';\n#include \"a.h\"", 2)]
    [InlineData("const char* s = \"/*\";\n#include \"a.h\"", 2)]
    [InlineData("const char* s = \"\\\"\";\n#include \"a.h\"", 2)]
    [InlineData("/* a\n b */ #include \"a.h\"", 2)]
    [InlineData("const char* s = R\"(\n\n)\";\r\n#include \"a.h\"\r\n", 4)]
    [InlineData("// it's\n#include \"a.h\"", 2)]
    public void Literals_and_comments_before_an_include_do_not_hide_it(string text, int line)
    {
        var include = Assert.Single(IncludeDirective.Scan(text));
        Assert.Equal(("a.h", line, "a.h"), (include.Spelling, include.Line, text.Substring(include.Start, include.Spelling.Length)));
    }
}
