using System.Net.Http.Headers;
using System.Text;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>The usual forms of an authorization header.</summary>
internal static class HttpAuthorization
{
    /// <summary>User and password; null when neither is configured.</summary>
    public static AuthenticationHeaderValue? Basic(string user, string password) =>
        user.Length + password.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>A word and a token (<c>Bearer</c>, <c>Token</c>, <c>Splunk</c>); null when there is no token.</summary>
    public static AuthenticationHeaderValue? Token(string scheme, string token) => token.Length == 0 ? null : new AuthenticationHeaderValue(scheme, token);
}
