using Microsoft.AspNetCore.Http;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Ingest;

namespace Peregrine.Hub.Web;

/// <summary>Answers the calls of the API: who may not ask, what cannot be asked and what cannot be done now are said with the status that means it.</summary>
internal sealed class JsonAnswer(Senders senders, SecretTexts secrets)
{
    /// <param name="context">The request.</param>
    /// <param name="make">Makes the body for a sender of this name.</param>
    public async Task WriteAsync(HttpContext context, Func<HttpContext, string, ValueTask<byte[]>> make)
    {
        var (status, body) = (StatusCodes.Status200OK, Array.Empty<byte>());
        try
        {
            body = await make(context, senders.Identify(context));
        }
        catch (RefusedException e)
        {
            (status, body) = (e.Status, Error(e.Message));
        }
        catch (Exception e) when (e is IOException or System.Data.Common.DbException)
        {
            (status, body) = (StatusCodes.Status503ServiceUnavailable, Error(secrets.Hide(e.Message)));
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = JsonBody.MediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Error(string message) => JsonBody.Bytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", message);
        writer.WriteEndObject();
    });
}
