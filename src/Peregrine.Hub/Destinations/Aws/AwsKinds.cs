namespace Peregrine.Hub.Destinations;

/// <summary>The services of AWS, and those of others that speak their protocols.</summary>
internal static class AwsKinds
{
    public static IReadOnlyList<DestinationKind> All { get; } =
    [
        Aws.S3Destination.Kind,
        Aws.SecurityLakeDestination.Kind,
        Aws.SqsDestination.Kind,
        Aws.SnsDestination.Kind,
        Aws.KinesisDestination.Kind,
        Aws.CloudWatchLogsDestination.Kind,
        Aws.LambdaDestination.Kind,
        Aws.S3Destination.YandexKind,
        Aws.KinesisDestination.YandexKind,
    ];
}
