namespace CudaKernels.PtxLint;

/// <summary>Judges one asm statement, for the targets that it is compiled for.</summary>
internal static class StatementCheck
{
    public static IEnumerable<Finding> Check(AsmStatement statement, IReadOnlyList<Target> targets)
    {
        var findings = new List<Finding>();
        void Find(Rule rule, int line, string message) => findings.Add(new Finding(rule, statement.File, line == 0 ? statement.Line : line, message));

        foreach (var (line, message) in ConstraintCheck.Check(statement))
            Find(Rule.Constraint, line, message);
        List<PtxStatement> body;
        try
        {
            body = PtxReader.Read(statement.Template);
        }
        catch (FormatException exception)
        {
            Find(Rule.Syntax, statement.Line, exception.Message);
            return findings;
        }

        // A template of nothing is for the compiler, which then moves no use of the operands past it.
        if (body.Count == 0)
            return findings;
        var registers = new BlockRegisters(body);
        var operands = new OperandCheck(statement.Operands, registers);
        var use = new UseCheck(statement, registers);
        var effects = Effects.None;
        var strongest = "";
        var depth = 0;
        foreach (var part in body)
        {
            depth += part is PtxStatement.Open ? 1 : part is PtxStatement.Close ? -1 : 0;
            if (depth < 0)
                Find(Rule.Syntax, part.Line, "a } closes nothing");
            if (part is PtxStatement.Registers or PtxStatement.Label && depth == 0)
                Find(Rule.Scope, part.Line, "a register or label is declared outside { }: the second place where the statement is inlined declares it again");
            if (part is PtxStatement.Registers declared && registers.KindsOf(declared.Names[0]) == "")
                Find(Rule.Syntax, part.Line, $".{declared.Type} is no register type");
            if (part is not PtxStatement.Instruction instruction)
                continue;

            var forms = InstructionTable.Instance.Find(instruction.Spelling);
            if (forms.Count == 0)
            {
                Find(Rule.Spelling, part.Line, InstructionTable.Instance.Explain(instruction.Spelling));
                use.UseAll(instruction);
                continue;
            }

            var fitting = forms.Where(form => operands.Mismatch(form, instruction.Operands) is null).ToArray();
            if (fitting.Length == 0)
            {
                var meant = forms.MaxBy(form => operands.Matching(form, instruction.Operands))!;
                Find(Rule.Operand, part.Line, $"{instruction.Spelling}: {operands.Mismatch(meant, instruction.Operands)}; legal: {string.Join(" or ", forms.Select(form => form.ToString()).Distinct())}");
                use.UseAll(instruction);
                continue;
            }

            use.Follow(instruction, fitting[0]);
            if (instruction.Predicate is { } predicate && !(predicate is PtxOperand.Named named && registers.KindsOf(named.Text) == "p"))
                Find(Rule.Operand, part.Line, $"@{predicate.Text} is no predicate of the block");
            var special = instruction.Operands.OfType<PtxOperand.Special>().Select(register => InstructionTable.Instance.SpecialRegisters[register.Name]).FirstOrDefault();
            CheckTargets(Find, instruction, fitting, special, targets);
            var (own, cause) = special is not null ? (special.Effects, instruction.Spelling) : (fitting[0].Effects, instruction.Spelling);
            if (own > effects)
                (effects, strongest) = (own, cause);
        }

        if (depth > 0)
            Find(Rule.Syntax, statement.Line, "a { is never closed");
        foreach (var (line, message) in use.Finish())
            Find(Rule.Use, line, message);
        if (effects != Effects.None && !statement.IsVolatile)
            Find(Rule.Effects, statement.Line, $"{strongest} does more than give a value: the statement must be asm volatile");
        if (effects == Effects.Memory && !statement.Clobbers.Contains("memory"))
            Find(Rule.Effects, statement.Line, $"{strongest} touches or orders memory: the statement must clobber \"memory\"");
        return findings;
    }

    /// <summary>Tells of the first target that lacks the instruction, and of the first whose compiler writes too old a PTX.</summary>
    private static void CheckTargets(Action<Rule, int, string> find, PtxStatement.Instruction instruction, InstructionForm[] fitting, SpecialRegister? special, IReadOnlyList<Target> targets)
    {
        var choices = special is null ? [.. fitting.Select(form => (form.Architectures, form.Ptx))] : new[] { (special.Architectures, special.Ptx) };
        if (targets.FirstOrDefault(target => !choices.Any(choice => target.Has(choice.Architectures))) is { } lacking)
        {
            var needed = choices.Select(choice => $"sm_{choice.Architectures.Replace(",", ", sm_", StringComparison.Ordinal)}").Distinct();
            find(Rule.Target, instruction.Line, $"{instruction.Spelling} needs {string.Join(" or ", needed)}, and no guard keeps sm_{lacking.Number}{(lacking.IsSpecific ? "a" : "")} out");
        }

        if (targets.FirstOrDefault(target => choices.Any(choice => target.Has(choice.Architectures)) && !choices.Any(choice => target.Has(choice.Architectures) && choice.Ptx <= target.Ptx)) is { } older)
        {
            var needed = choices.Where(choice => older.Has(choice.Architectures)).Min(choice => choice.Ptx);
            find(Rule.Target, instruction.Line, $"{instruction.Spelling} needs PTX {needed}, and no guard keeps CUDA {older.ToolkitMajor}.{older.ToolkitMinor} out, which writes PTX {older.Ptx}");
        }
    }
}
