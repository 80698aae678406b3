using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Kubernetes;

/// <summary>A program that a kubeconfig names for tokens, as the tools of clouds do (<c>ExecCredential</c> of <c>client.authentication.k8s.io</c>). A token is kept until it ends. Threads may share it.</summary>
/// <param name="command">The program, with its arguments.</param>
/// <param name="environment">Variables that it gets beside ours.</param>
/// <param name="info">What it is told of the request, as JSON.</param>
internal sealed class ExecCredential(IReadOnlyList<string> command, IReadOnlyList<(string Name, string Value)> environment, string info)
{
    // One that says nothing of its end is fetched again now and then; one that ends soon would end on its way.
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private volatile Kept _kept = new("", DateTimeOffset.MinValue);

    /// <exception cref="IOException">The program gives no token; the message says what it said.</exception>
    public async ValueTask<AuthenticationHeaderValue?> TokenAsync(CancellationToken cancellation)
    {
        if (DateTimeOffset.UtcNow + Margin >= _kept.End) _kept = Read(await RunAsync(cancellation));
        return HttpAuthorization.Token("Bearer", _kept.Token);
    }

    private Kept Read(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var status = json.RootElement.GetProperty("status");
            if (!status.TryGetProperty("token", out var token) || token.GetString() is not { Length: > 0 } text) throw new IOException($"{command[0]} gives no token, and only tokens are taken");
            return new Kept(text, status.TryGetProperty("expirationTimestamp", out var end) && end.TryGetDateTimeOffset(out var time) ? time : DateTimeOffset.UtcNow + UsualLife);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new IOException($"{command[0]} gives no ExecCredential", e);
        }
    }

    private async Task<string> RunAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = info;
        using var program = Start(start);
        try
        {
            program.StandardInput.Close();
            var complaint = program.StandardError.ReadToEndAsync(cancellation);
            var answer = await program.StandardOutput.ReadToEndAsync(cancellation);
            await program.WaitForExitAsync(cancellation);
            return program.ExitCode == 0 ? answer : throw new IOException($"{command[0]} ended with {program.ExitCode}: {ShortText.Cut((await complaint).Trim(), 300)}");
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }

    private sealed record Kept(string Token, DateTimeOffset End);
}
