namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Where the objects of a destination stand: its <c>bucket</c> and <c>prefix</c>.</summary>
internal static class S3Folder
{
    public const string EndpointDescription = "Address of the service instead of the region's; buckets are then the path's first part";

    /// <summary>The folder's address, escaped, with a slash at its end.</summary>
    /// <exception cref="Configuration.ConfigurationException">The endpoint is no address.</exception>
    public static string Of(DestinationContext context, AwsAccount account)
    {
        var bucket = Uri.EscapeDataString(context.Text("bucket"));
        // A name with dots does not match the certificate of the region's hosts.
        var root = context.Text("endpoint").Length > 0 ? $"{context.Address("endpoint", "/").AbsoluteUri}{bucket}/"
            : bucket.Contains('.', StringComparison.Ordinal) ? $"{account.Endpoint("s3").AbsoluteUri}{bucket}/"
            : account.Endpoint(bucket + ".s3").AbsoluteUri;
        return root + string.Concat(context.Text("prefix").Split('/', StringSplitOptions.RemoveEmptyEntries).Select(p => Uri.EscapeDataString(p) + "/"));
    }
}
