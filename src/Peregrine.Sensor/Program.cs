using Peregrine.Sensor;

return SensorProgram.Run(args, SensorConsole.OfProcess());
