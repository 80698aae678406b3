using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Peers;

/// <summary>nginx with TLS that asks for a client's certificate and notes down each request that it takes: the certificate's name, method, path, content type, user agent, body.</summary>
internal sealed class NginxPeer : IDisposable
{
    private readonly LiveFolder _folder = new("nginx");
    private readonly Daemon _daemon;

    public NginxPeer()
    {
        try
        {
            var program = Daemon.Find("/usr/sbin/nginx");
            Certificates = new Certificates(_folder.Path);
            // The body is known to the log only where it was passed on: to a server of nginx's own.
            var configuration = _folder.Write("nginx.conf", $$"""
                user root;
                daemon off;
                worker_processes 1;
                pid {{_folder.Path}}/pid;
                error_log {{_folder.Path}}/error.log info;
                events { worker_connections 256; }
                http {
                    client_body_temp_path {{_folder.Path}}/body;
                    proxy_temp_path {{_folder.Path}}/proxy;
                    fastcgi_temp_path {{_folder.Path}}/fastcgi;
                    uwsgi_temp_path {{_folder.Path}}/uwsgi;
                    scgi_temp_path {{_folder.Path}}/scgi;
                    log_format alerts escape=none '$ssl_client_s_dn $request_method $request_uri $content_type $http_user_agent $request_body';
                    access_log off;
                    server {
                        listen unix:{{_folder.Path}}/taken.sock;
                        location / { return 200 "taken by nginx\n"; }
                    }
                    server {
                        listen 127.0.0.1:{{Port}} ssl;
                        ssl_certificate {{Certificates.Server}};
                        ssl_certificate_key {{Certificates.ServerKey}};
                        ssl_client_certificate {{Certificates.Authority}};
                        ssl_verify_client on;
                        client_body_buffer_size 1m;
                        location / {
                            access_log {{_folder.Path}}/requests.log alerts;
                            proxy_pass http://unix:{{_folder.Path}}/taken.sock;
                        }
                        error_page 400 495 496 = @refused;
                        location @refused {
                            access_log {{_folder.Path}}/refused.log;
                            return 403;
                        }
                    }
                }

                """);
            _daemon = Daemon.Start(() => Daemon.Answers(Port), new Dictionary<string, string>(), program, "-c", configuration, "-p", _folder.Path, "-e", Path.Combine(_folder.Path, "start.log"));
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public int Port { get; } = LoopbackPort.Free();

    public Certificates Certificates { get; }

    public IReadOnlyList<string> Requests => Lines("requests.log");

    /// <summary>Requests without a certificate that is trusted.</summary>
    public int Refused => Lines("refused.log").Count;

    public string Said => _daemon.Said + string.Join('\n', Lines("error.log"));

    public void Dispose()
    {
        _daemon.Dispose();
        _folder.Dispose();
    }

    private string[] LinesOf(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private IReadOnlyList<string> Lines(string name) => LinesOf(Path.Combine(_folder.Path, name));
}
