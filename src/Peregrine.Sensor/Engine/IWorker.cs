using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Engine;

/// <summary>What other threads may want of the one that takes events through the sensor. Called on that thread only, between two events.</summary>
internal interface IWorker
{
    /// <summary>Goes on with another generation; the state stays.</summary>
    void TakeUp(Generation next);

    /// <summary>Goes on with less, or with everything again.</summary>
    /// <param name="level">What is not recorded.</param>
    /// <param name="state">Whether half of what may be remembered is given up.</param>
    void Shed(SheddingLevel level, bool state);

    /// <summary>What has been counted, and how much is in the tables.</summary>
    WorkerFigures Count();
}
