using Peregrine.Hub.Commands;

return await HubCommand.RunAsync(args, Console.Out, Console.Error);
