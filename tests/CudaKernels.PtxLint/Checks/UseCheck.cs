namespace CudaKernels.PtxLint;

/// <summary>Follows what a template reads and writes: every operand is used, nothing is read before it is written, every output is written.</summary>
internal sealed class UseCheck(AsmStatement statement, BlockRegisters registers)
{
    private readonly HashSet<int> _used = [];
    private readonly HashSet<int> _written = [];
    private readonly HashSet<string> _writtenNames = [];
    private readonly HashSet<int> _tied = [.. statement.Operands.Select(operand => operand.TiedTo)];
    private readonly List<(int Line, string Message)> _findings = [];

    public void Follow(PtxStatement.Instruction instruction, InstructionForm form)
    {
        if (instruction.Predicate is { } predicate)
            Read(instruction, predicate);
        for (var i = 0; i < form.Operands.Count; i++)
            Visit(instruction, form.Operands[i], instruction.Operands[i], isWriting: false);
        for (var i = 0; i < form.Operands.Count; i++)
            Visit(instruction, form.Operands[i], instruction.Operands[i], isWriting: true);
    }

    /// <summary>An instruction that has no legal form still uses what it names.</summary>
    public void UseAll(PtxStatement.Instruction instruction)
    {
        foreach (var operand in instruction.Operands.SelectMany(Leaves))
            Write(operand);
    }

    public IEnumerable<(int Line, string Message)> Finish()
    {
        for (var i = 0; i < statement.Operands.Count; i++)
        {
            var operand = statement.Operands[i];
            var isTied = _tied.Contains(i) || operand.TiedTo >= 0;
            if (!_used.Contains(i) && !isTied)
                _findings.Add((operand.Line, $"%{i}, {operand}, is used nowhere in the template"));
            else if (operand.IsWritten && !_written.Contains(i))
                _findings.Add((operand.Line, $"%{i} is an output, \"{operand.Constraint}\", and nothing writes it"));
        }

        return _findings;
    }

    private void Visit(PtxStatement.Instruction instruction, FormOperand form, PtxOperand given, bool isWriting)
    {
        switch (form, given)
        {
            case (FormOperand.Vector vector, PtxOperand.Vector items):
                foreach (var item in items.Items)
                    Visit(instruction, vector.Item, item, isWriting);
                break;
            case (FormOperand.Address address, PtxOperand.Address at):
                Visit(instruction, address.Base, at.Base, isWriting);
                if (address.Coordinates is not null)
                    Visit(instruction, address.Coordinates, at.Coordinates!, isWriting);
                break;
            case (FormOperand.Pair pair, PtxOperand.Pair both):
                Visit(instruction, pair.First, both.First, isWriting);
                Visit(instruction, pair.Second, both.Second, isWriting);
                break;
            case (FormOperand.Register register, _) when isWriting ? register.IsWritten : register.IsRead:
                if (isWriting)
                    Write(given);
                else
                    Read(instruction, given);
                break;
            case (FormOperand.Constant, PtxOperand.Placeholder constant):
                _used.Add(constant.Index);
                break;
        }
    }

    private void Read(PtxStatement.Instruction instruction, PtxOperand operand)
    {
        if (operand is PtxOperand.Placeholder placeholder && placeholder.Index < statement.Operands.Count)
        {
            _used.Add(placeholder.Index);
            if (!statement.Operands[placeholder.Index].IsRead && !_tied.Contains(placeholder.Index) && !_written.Contains(placeholder.Index))
                _findings.Add((instruction.Line, $"{operand.Text} is read before anything writes it: an output that is also an input is \"+{statement.Operands[placeholder.Index].Kind}\""));
        }
        else if (operand is PtxOperand.Named named && registers.KindsOf(named.Text) is not null && !_writtenNames.Contains(named.Text))
        {
            _findings.Add((instruction.Line, $"{named.Text} is read before anything writes it"));
        }
    }

    private void Write(PtxOperand operand)
    {
        if (operand is PtxOperand.Placeholder placeholder)
        {
            _used.Add(placeholder.Index);
            _written.Add(placeholder.Index);
        }
        else if (operand is PtxOperand.Named named)
        {
            _writtenNames.Add(named.Text);
        }
    }

    private static IEnumerable<PtxOperand> Leaves(PtxOperand operand) => operand switch
    {
        PtxOperand.Vector vector => vector.Items.SelectMany(Leaves),
        PtxOperand.Address address => Leaves(address.Base).Concat(address.Coordinates is null ? [] : Leaves(address.Coordinates)),
        PtxOperand.Pair pair => [pair.First, pair.Second],
        _ => [operand],
    };
}
