using System.Diagnostics;

namespace Peregrine.LiveTests.Harness;

/// <summary>
/// A machine at work, until it is disposed of: a compiler in a loop, shells and pipes, <c>find</c> and <c>tar</c> over system folders, git, and a web server under load on the loopback. Everything it writes lies
/// in one folder.
/// </summary>
public sealed class BusyLoad : IDisposable
{
    private const string Script = """
        cd "$1"
        printf '#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n' > built.c
        git init -q repository 2>/dev/null
        port=$2
        while [ ! -e stop ]; do
            clang -O1 -o built built.c && ./built > built.txt
            tar -cf archive.tar /etc 2> /dev/null
            find /usr/share/doc -maxdepth 2 > found.txt 2>&1
            cp built.c repository/ && git -C repository add -A && git -C repository -c user.name=t -c user.email=t@t commit -q --allow-empty -m built
            git -C repository log -3 --oneline > log.txt
            sh -c 'cat /etc/passwd | sort | wc -l' > lines.txt
            sort < found.txt | uniq | head -5 > head.txt
            for i in 1 2 3 4 5; do
                (exec 3<> /dev/tcp/127.0.0.1/$port && printf 'GET /page HTTP/1.0\r\n\r\n' >&3 && cat <&3 > page.txt) 2> /dev/null
            done
            rm -f archive.tar
        done
        """;

    private readonly string _folder;
    private readonly Process _server;
    private readonly Process _work;
    private bool _disposed;

    public BusyLoad(string below)
    {
        _folder = Path.Combine(below, "load");
        Directory.CreateDirectory(Path.Combine(_folder, "www"));
        File.WriteAllText(Path.Combine(_folder, "www", "page"), new string('x', 10_000));
        var port = LoopbackPort.Free();
        File.WriteAllText(Path.Combine(_folder, "nginx.conf"), $$"""
            daemon off;
            pid {{_folder}}/nginx.pid;
            error_log {{_folder}}/error.log;
            events { worker_connections 64; }
            http { access_log {{_folder}}/access.log; server { listen 127.0.0.1:{{port}}; root {{_folder}}/www; } }

            """);
        _server = Command.Start(_folder, "nginx", "-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-e", Path.Combine(_folder, "error.log"));
        _work = Command.Start(_folder, "/bin/bash", "-c", Script, "load", _folder, $"{port}");
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        File.WriteAllText(Path.Combine(_folder, "stop"), "");
        if (!_work.WaitForExit(TimeSpan.FromSeconds(60))) _work.Kill(entireProcessTree: true);
        if (!_server.HasExited) Command.Run("/bin/kill", "-TERM", $"{_server.Id}");
        if (!_server.WaitForExit(TimeSpan.FromSeconds(20))) _server.Kill(entireProcessTree: true);
        _work.Dispose();
        _server.Dispose();
        Command.Run("rm", "-rf", "--one-file-system", _folder);
    }
}
