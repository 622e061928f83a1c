using System.Runtime.CompilerServices;

// Every type that crosses into native code is blittable, so no call needs a marshalling stub.
[assembly: DisableRuntimeMarshalling]
