namespace CudaKernels.PtxLint;

/// <summary>Compares the operands of an instruction with a form of the table.</summary>
internal sealed class OperandCheck(IReadOnlyList<AsmOperand> operands, BlockRegisters registers)
{
    /// <summary>The first thing that does not fit, or null.</summary>
    public string? Mismatch(InstructionForm form, IReadOnlyList<PtxOperand> given)
    {
        if (form.Operands.Count != given.Count)
            return $"it has {given.Count} operand{(given.Count == 1 ? "" : "s")}, and takes {form.Operands.Count}";
        for (var i = 0; i < given.Count; i++)
        {
            if (Mismatch(form.Operands[i], given[i]) is { } mismatch)
                return $"operand {i + 1}, {given[i].Text}, {mismatch}";
        }

        return null;
    }

    /// <summary>How many operands fit before the first that does not: the form that was meant fits longest.</summary>
    public int Matching(InstructionForm form, IReadOnlyList<PtxOperand> given)
    {
        var count = 0;
        while (count < Math.Min(given.Count, form.Operands.Count) && Mismatch(form.Operands[count], given[count]) is null)
            count++;
        var isSpecial = count < Math.Min(given.Count, form.Operands.Count) && form.Operands[count] is FormOperand.Special && given[count] is PtxOperand.Special;
        return (4 * count) + (isSpecial ? 2 : 0) + (form.Operands.Count == given.Count ? 1 : 0);
    }

    private string? Mismatch(FormOperand form, PtxOperand given) => (form, given) switch
    {
        (FormOperand.Vector vector, PtxOperand.Vector items) => items.Items.Count != vector.Length
            ? $"has {items.Items.Count} register{(items.Items.Count == 1 ? "" : "s")}; legal: {vector.Text}"
            : items.Items.Select(item => item is PtxOperand.Sink ? null : Mismatch(vector.Item, item)).FirstOrDefault(mismatch => mismatch is not null),
        (FormOperand.Vector vector, _) => $"must be a vector in braces: {vector.Text}",
        (FormOperand.Address address, PtxOperand.Address at) => Mismatch(address.Base, at.Base) is { } mismatch ? $"as an address {mismatch}"
            : address.Coordinates is null != at.Coordinates is null ? $"must be {address.Text}"
            : address.Coordinates is null ? null : Mismatch(address.Coordinates, at.Coordinates!),
        (FormOperand.Address address, _) => $"must be an address in brackets: {address.Text}",
        (FormOperand.Pair pair, PtxOperand.Pair both) => (both.First is PtxOperand.Sink ? null : Mismatch(pair.First, both.First)) ?? (both.Second is PtxOperand.Sink ? null : Mismatch(pair.Second, both.Second)),
        (FormOperand.Pair pair, _) => $"must be a pair {pair.Text}",
        (FormOperand.Sink, PtxOperand.Sink) => null,
        (FormOperand.Sink, _) => "must be the sink _",
        (FormOperand.Special, PtxOperand.Special special) => InstructionTable.Instance.SpecialRegisters.ContainsKey(special.Name) ? null : "is no special register that the table knows",
        (FormOperand.Special, _) => "must be a special register",
        (FormOperand.Label, PtxOperand.Named label) => registers.IsLabel(label.Text) ? null : "is no label of the block",
        (FormOperand.Label, _) => "must be a label",
        (FormOperand.Constant constant, _) => Constant(constant, given),
        (FormOperand.Register register, _) => Register(register, given),
        _ => "does not fit",
    };

    private string? Constant(FormOperand.Constant form, PtxOperand given) => given switch
    {
        PtxOperand.Literal literal => form.Legal is null || (literal.Value is { } value && form.Legal.Contains((int)value)) ? null : $"must be {form.Text}",
        PtxOperand.Placeholder placeholder when Operand(placeholder) is { } operand => operand.IsConstant ? null : $"must be {form.Text}: its constraint is \"n\", not \"{operand.Constraint}\"",
        PtxOperand.Placeholder placeholder => NoOperand(placeholder),
        _ => $"must be {form.Text}",
    };

    private string? Register(FormOperand.Register form, PtxOperand given)
    {
        switch (given)
        {
            case PtxOperand.Placeholder placeholder when Operand(placeholder) is not { }:
                return NoOperand(placeholder);
            case PtxOperand.Placeholder placeholder:
                var operand = Operand(placeholder)!;
                if (operand.IsConstant)
                    return !form.IsWritten && form.Kinds != "p" ? null : $"is a constant; it must be {Described(form)}";
                if (!form.Kinds.Contains(operand.Kind, StringComparison.Ordinal))
                    return $"has the constraint \"{operand.Constraint}\"; it must be {Described(form)}";
                if (form.IsWritten && !operand.IsWritten)
                    return $"is written, and is an input, \"{operand.Constraint}\"";
                return form.IsWritten && form.IsRead && operand.Constraint[0] != '+' ? $"is read and written: its constraint is \"+{operand.Kind}\", not \"{operand.Constraint}\"" : null;
            case PtxOperand.Named named:
                return registers.KindsOf(named.Text) is not { } kinds ? "is declared nowhere in the block" : kinds.Intersect(form.Kinds).Any() ? null : $"is of the wrong type; it must be {Described(form)}";
            case PtxOperand.Literal:
                return !form.IsWritten && form.Kinds != "p" ? null : $"is a literal; it must be {Described(form)}";
            case PtxOperand.Sink when form.IsWritten:
                return "may not be dropped here";
            default:
                return $"must be {Described(form)}";
        }
    }

    private AsmOperand? Operand(PtxOperand.Placeholder placeholder) => placeholder.Index < operands.Count ? operands[placeholder.Index] : null;

    private string NoOperand(PtxOperand.Placeholder placeholder) => $"does not exist: the statement has {(operands.Count == 0 ? "no operands" : $"%0 to %{operands.Count - 1}")}; {placeholder.Text} is past them";

    private static string Described(FormOperand.Register form) => string.Join(" or ", form.Kinds.Select(kind => kind switch
    {
        'r' => "a 32-bit register (\"r\")",
        'l' => "a 64-bit register (\"l\")",
        'h' => "a 16-bit register (\"h\")",
        'f' => "a float (\"f\")",
        'd' => "a double (\"d\")",
        'q' => "a 128-bit register (\"q\")",
        _ => "a predicate",
    }));
}
