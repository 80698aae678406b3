using Peregrine.Hub.Configuration;
using Peregrine.Hub.Store.Postgres;

namespace Peregrine.HubTests.Store;

/// <summary>Addresses of databases as people write them.</summary>
public sealed class PostgresAddressTests
{
    private static HubConfiguration Read(string yaml, params (string Name, string Value)[] environment) =>
        HubConfigurationReader.ReadText(yaml, name => Array.Find(environment, e => e.Name == name).Value);

    [Theory]
    [InlineData("postgres://hub:pw@db.example:6432/alerts", "Host=db.example;Port=6432;Username=hub;Password=pw;Database=alerts", "db.example:6432/alerts")]
    [InlineData("postgresql://hub@db/alerts?sslmode=verify-full&connect_timeout=5", "Host=db;Port=5432;Username=hub;Database=alerts;SSL Mode=VerifyFull;Timeout=5", "db:5432/alerts")]
    [InlineData("postgres://a%40b:p%2Fw%3A%40@[::1]:5433/x%20y", "Host=::1;Port=5433;Username=a@b;Password=p/w:@;Database=x y", "[::1]:5433/x y")]
    [InlineData("postgres://hub:p@w@db/alerts", "Host=db;Port=5432;Username=hub;Password=p@w;Database=alerts", "db:5432/alerts")]
    [InlineData("postgres://hub@one:5433,two/alerts?target_session_attrs=read-write", "Host=one:5433,two:5432;Username=hub;Database=alerts;Target Session Attributes=read-write", "one:5433,two:5432/alerts")]
    [InlineData("postgres://hub@/alerts?host=%2Frun%2Fpostgresql", "Host=/run/postgresql;Port=5432;Username=hub;Database=alerts", "/run/postgresql/alerts")]
    [InlineData("postgres://hub@db?application_name=fleet&options=-c%20search_path%3Dhub", "Host=db;Port=5432;Username=hub;Application Name=fleet;Options=\"-c search_path=hub\"", "db:5432/hub")]
    public void AnAddressIsReadAsTheDatabasesOwnClientsReadIt(string text, string connection, string name)
    {
        var address = PostgresAddress.Parse(text);
        Assert.True(new Npgsql.NpgsqlConnectionStringBuilder(connection).EquivalentTo(address.ToConnection()), address.ToConnection().ConnectionString);
        Assert.Equal(name, address.Name);
    }

    [Theory]
    [InlineData("mysql://hub:topsecret@db/alerts", "'sqlite' or an address that begins with postgres:// is expected")]
    [InlineData("postgres://hub:topsecret@db:port/alerts", "the port is no number from 1 to 65535")]
    [InlineData("postgres://hub:topsecret@/alerts", "the address names no host")]
    [InlineData("postgres://hub:topsecret@d b/alerts", "the host is no name and no address")]
    [InlineData("postgres://hub:topsecret@db/alerts?sslmode=verify", "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full, not 'verify'")]
    [InlineData("postgres://hub:topsecret@db/alerts?ssl_mode=require", "there is no parameter 'ssl_mode' of the address; did you mean 'sslmode'?")]
    [InlineData("postgres://hub:topsecret@db/alerts?sslrootcert=/nowhere.pem", "sslrootcert: the certificates of /nowhere.pem cannot be used: ")]
    [InlineData("postgres://hub:topsecret@db/alerts?sslrootcert=/etc/hostname", "sslrootcert: /etc/hostname holds no certificate")]
    [InlineData("postgres://hub:topsecret@db/alerts?sslkey=/nowhere.key", "sslkey: there is no file '/nowhere.key'")]
    [InlineData("postgres://hub:topsecret@db/alerts?target_session_attrs=primary", "target_session_attrs chooses among several hosts, and the address names one")]
    [InlineData("postgres://hub:topsecret@db/alerts?target_session_attrs=main", "target_session_attrs is one of any, read-write, ")]
    public void WhatCannotBeRightIsToldWithItsPlaceAndWithoutSecrets(string address, string says)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read($"listenport: 0\nstore: '{address}'"));
        Assert.StartsWith("configuration:2:8: store: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<ConfigurationException>(() => Read("", ("PEREGRINE_HUB_STORE", address)));
        Assert.StartsWith("environment variable PEREGRINE_HUB_STORE: store: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePasswordComesFromWhereSecretsComeFromAndIsCovered()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "from a/file\n");
            Assert.Equal("from the environment", Read("store: postgres://hub:${PG_PASSWORD}@db/alerts", ("PG_PASSWORD", "from the environment")).Database!.Password);
            Assert.Equal("from a/file", Read($"store: postgres://hub@db/alerts\nstorepassword: ${{file:{file}}}").Database!.Password);
            var configuration = Read("", ("PEREGRINE_HUB_STORE", "postgres://hub@db/alerts"), ("PEREGRINE_HUB_STOREPASSWORD_FILE", file));
            Assert.Equal("from a/file", configuration.Database!.Password);
            Assert.Equal("no *** is shown, and /alerts is", configuration.Secrets.Hide("no from a/file is shown, and /alerts is"));
            Assert.Equal("***", Read("store: postgres://hub:in%2Fthe%2Faddress@db/alerts").Secrets.Hide("in/the/address"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void WithoutAnAddressTheStoreIsEmbedded()
    {
        Assert.Null(Read("").Database);
        Assert.Null(Read("store: sqlite").Database);
        Assert.Equal(Environment.MachineName, Read("").HubName);
        Assert.Equal("hub-7", Read("name: hub-7").HubName);
    }
}
