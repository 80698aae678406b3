using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>One loaded probe for all tests of its events; it records this process too. Where it cannot be loaded the tests skip.</summary>
public sealed class ProbeFixture : IDisposable
{
    private readonly ProbeSession? _session;
    private readonly string _missing = "";

    public ProbeFixture()
    {
        _missing = ProbeSession.Missing();
        if (_missing.Length == 0) _session = ProbeSession.Start([]);
    }

    internal ProbeSession Session
    {
        get
        {
            Assert.SkipUnless(_session is not null, _missing);
            return _session!;
        }
    }

    public void Dispose() => _session?.Dispose();
}

[CollectionDefinition(Name)]
public sealed class ProbeTests : ICollectionFixture<ProbeFixture>
{
    public const string Name = "probe";
}
