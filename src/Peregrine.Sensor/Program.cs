using Peregrine.Kernel.Loading;
using Peregrine.Kernel.Privileges;
using Peregrine.Sensor;

// A process that only loads the probe, for one that has started it.
if (Confinement.TakeVariable(ProbeLoading.Variable) is { } socket) return ProbeLoading.Serve(socket);
return SensorProgram.Run(args, SensorConsole.OfProcess());
