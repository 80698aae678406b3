using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Engine;

/// <summary>What other threads may want of the one that takes events through the sensor. Called on that thread only, between two events.</summary>
internal interface IWorker
{
    /// <summary>Goes on with another generation; the state stays.</summary>
    void TakeUp(Generation next);

    /// <summary>What has been counted, and how much is in the tables.</summary>
    WorkerFigures Count();
}
