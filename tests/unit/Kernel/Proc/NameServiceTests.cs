using System.Diagnostics;
using System.Text;
using Peregrine.Kernel.Proc.Accounts;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>Ids that only the name service knows come later, in the background; nobody waits for it.</summary>
public sealed class NameServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AccountCounters _counters = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnAnswerServesTheNextQuestion()
    {
        using var service = Service("[ $1 = passwd ] && echo 'ldap:*:'$2':5:L:/home/ldap:/bin/zsh' || echo 'staff:*:'$2':'");
        Assert.Null(service.FindUser(9001));
        Assert.Null(service.FindGroup(9002));
        Assert.True(SpinWait.SpinUntil(() => service.FindUser(9001) is not null && service.FindGroup(9002) is not null, TimeSpan.FromSeconds(20)));
        Assert.Equal(("ldap", "/home/ldap"), (Encoding.UTF8.GetString(service.FindUser(9001)!.Name), Encoding.UTF8.GetString(service.FindUser(9001)!.HomeDir)));
        Assert.Equal("staff", Encoding.UTF8.GetString(service.FindGroup(9002)!.Name));
        Assert.Equal((2, 2), (_counters.NameServiceQueries, _counters.NameServiceHits));
    }

    [Fact]
    public void AnIdThatNobodyKnowsIsAskedOnce()
    {
        using var service = Service("exit 2");
        Assert.Null(service.FindUser(9001));
        Assert.True(SpinWait.SpinUntil(() => _counters.NameServiceQueries == 1, TimeSpan.FromSeconds(20)));
        Thread.Sleep(100);
        for (var i = 0; i < 10; i++) Assert.Null(service.FindUser(9001));
        Thread.Sleep(100);
        Assert.Equal((1, 0), (_counters.NameServiceQueries, _counters.NameServiceHits));
    }

    [Fact]
    public void AServiceThatHangsHoldsNobodyUp()
    {
        using var service = Service("exec sleep 60");
        var clock = Stopwatch.StartNew();
        Assert.Null(service.FindUser(9001));
        Assert.Null(service.FindUser(9002));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30));
        // It is given up on, and the next id is asked.
        Assert.True(SpinWait.SpinUntil(() => _counters.NameServiceQueries == 2, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void AProgramThatCannotBeStartedIsNoAnswer()
    {
        using var service = new NameService(Path.Combine(_folder.Path, "nowhere"), _counters, TimeProvider.System);
        Assert.Null(service.FindUser(9001));
        Assert.True(SpinWait.SpinUntil(() => _counters.NameServiceQueries == 1, TimeSpan.FromSeconds(20)));
        Assert.Null(service.FindUser(9001));
    }

    private NameService Service(string script)
    {
        var path = Path.Combine(_folder.Path, "getent");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        using (var chmod = Process.Start("chmod", ["755", path])) chmod.WaitForExit();
        return new NameService(path, _counters, TimeProvider.System);
    }
}
