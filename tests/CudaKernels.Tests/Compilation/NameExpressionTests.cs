namespace CudaKernels.Tests.Compilation;

public sealed class NameExpressionTests
{
    [Theory]
    [InlineData("f<float, 4>", "f<float,4>")]
    [InlineData("  f <\tfloat ,\n4 > ", "f<float,4>")]
    [InlineData("f<unsigned  int>", "f<unsigned int>")]
    [InlineData("f< a::b < const float * > >", "f<a::b<const float*>>")]
    [InlineData("f<' ', 'a'>", "f<' ','a'>")]
    [InlineData("f<'\\'', ' '>", "f<'\\'',' '>")]
    [InlineData("f<1'000, 2>", "f<1'000,2>")]
    [InlineData("", "")]
    public void WhiteSpaceBetweenWordsAloneIsKept(string expression, string compact) => Assert.Equal(compact, NameExpression.Compact(expression));
}
