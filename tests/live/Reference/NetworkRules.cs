using Xunit;

namespace Peregrine.LiveTests.Reference;

/// <summary>Rules about connections. All of it happens in network namespaces without a way out, whose loopback has the addresses that matter.</summary>
[Collection(RuleCollection.Name)]
public sealed class NetworkRules(RuleSensor sensor)
{
    [Theory]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{ssh} to tcp 203.0.113.7 443", "proc.name=ssh; fd.sip=203.0.113.7; fd.sport=443; fd.l4proto=tcp; evt.res=EINPROGRESS")]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{ssh} with tcp 203.0.113.7 8443", "fd.sip=203.0.113.7; fd.sport=8443; evt.res=SUCCESS")]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{ssh} with tcp 2001:db8::7 80", "fd.type=ipv6; fd.sip=2001:db8::7; fd.sport=80")]
    [InlineData("System procs network activity", "{ls} with tcp 203.0.113.7 4242", "proc.name=ls; evt.type=connect; fd.sip=203.0.113.7; fd.sport=4242")]
    [InlineData("System procs network activity", "{cat} with tcp 203.0.113.7 4242", "proc.name=cat; evt.type=accept4; fd.sport=4242")]
    [InlineData("System procs network activity", "{cat} with tcp 203.0.113.7 4242", "proc.name=cat; evt.type=listen")]
    [InlineData("System procs network activity", "{bash} in-thread with udp 203.0.113.7 4242", "fd.l4proto=udp")]
    [InlineData("System procs network activity", "exec 3<> /dev/udp/203.0.113.7/4242", "proc.name=bash; fd.sip=203.0.113.7; fd.l4proto=udp")]
    [InlineData("Unexpected UDP Traffic", "{deeds} with udp 203.0.113.7 4242", "proc.name=deeds; evt.type=connect; fd.sport=4242; fd.l4proto=udp")]
    [InlineData("Unexpected UDP Traffic", "{deeds} to udp 2001:db8::7 4242", "fd.type=ipv6; fd.sip=2001:db8::7")]
    [InlineData("Unexpected inbound connection source", "{deeds} with tcp 203.0.113.7 4242", "evt.type=accept4; fd.cip=203.0.113.7; fd.sport=4242")]
    [InlineData("Interpreted procs inbound network activity", "{python3} with tcp 203.0.113.7 4242", "proc.name=python3; evt.type=accept4")]
    [InlineData("Interpreted procs outbound network activity", "{python3} with tcp 203.0.113.7 4242", "proc.name=python3; evt.type=connect")]
    [InlineData("Detect outbound connections to common miner pool ports", "{deeds} with tcp 203.0.113.9 3333", "proc.name=deeds; evt.type=connect; fd.sip=203.0.113.9; fd.sport=3333")]
    [InlineData("Detect outbound connections to common miner pool ports", "{deeds} to tcp 203.0.113.9 443", "fd.sport=443; evt.res=EINPROGRESS")]
    [InlineData("Java Process Class File Download", "{java} payload 00cafebabe0000", "proc.name=java; evt.type=recvfrom; fd.sport=4244")]
    [InlineData("Unexpected UDP Traffic", "perl -MSocket -e 'socket(S,PF_INET,SOCK_DGRAM,17); connect(S, sockaddr_in(4242, inet_aton(\"203.0.113.7\")));'", "proc.name=perl; fd.sport=4242")]
    [InlineData("Interpreted procs outbound network activity", "perl -MSocket -e 'socket(S,PF_INET,SOCK_DGRAM,17); connect(S, sockaddr_in(4242, inet_aton(\"203.0.113.7\")));'", "proc.name=perl")]
    [InlineData("Unexpected inbound connection source", "{deeds} with tcp 2001:db8::7 4242", "evt.type=accept4; fd.type=ipv6; fd.cip=2001:db8::7")]
    public void OnTheHost(string rule, string line, string says) => sensor.Expect(rule, sensor.InANetwork(line), says);

    [Theory]
    [InlineData(ContainerKind.Plain, "Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup2 0", "fd.type=ipv4; fd.sip=127.0.0.1; fd.sport=4243; evt.type=dup2")]
    [InlineData(ContainerKind.Plain, "Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup3 1 203.0.113.7", "fd.sip=203.0.113.7; evt.type=dup3")]
    [InlineData(ContainerKind.Plain, "Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup 0", "fd.type=ipv4; evt.type=dup")]
    [InlineData(ContainerKind.Plain, "Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup2 2 2001:db8::7", "fd.type=ipv6; evt.type=dup2")]
    [InlineData(ContainerKind.Plain, "Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} reverse-shell sh -i", "fd.type=ipv4")]
    [InlineData(ContainerKind.Privileged, "Packet socket created in container", "{deeds} socket packet", "proc.name=deeds; evt.type=socket")]
    [InlineData(ContainerKind.Plain, "Packet socket created in container", "{deeds} in-thread socket packet-dgram", "evt.res=EPERM")]
    [InlineData(ContainerKind.Plain, "Contact EC2 Instance Metadata Service From Container", "{deeds} to tcp 169.254.169.254 80", "fd.sip=169.254.169.254; fd.sport=80")]
    [InlineData(ContainerKind.Plain, "Contact cloud metadata service from container", "{curl} with tcp 169.254.169.254 80", "fd.sip=169.254.169.254; proc.name=curl; evt.type=connect")]
    [InlineData(ContainerKind.Plain, "Unexpected K8s NodePort Connection", "{deeds} with tcp 203.0.113.7 30123", "evt.type=connect; fd.sport=30123")]
    [InlineData(ContainerKind.Plain, "Contact K8S API Server From Container", "{deeds} with tcp 203.0.113.8 443", "proc.name=deeds; fd.sip=203.0.113.8; fd.sport=443")]
    [InlineData(ContainerKind.Plain, "Contact K8S API Server From Container", "kubectl to tcp 203.0.113.8 6443", "proc.name=kubectl; fd.sip=203.0.113.8; fd.sport=6443")]
    [InlineData(ContainerKind.Plain, "System procs network activity", "{login} with tcp 10.9.8.7 99", "proc.name=login; fd.sip=10.9.8.7")]
    [InlineData(ContainerKind.Plain, "Disallowed SSH Connection Non Standard Port", "{ssh} to tcp 203.0.113.7 4444", "proc.name=ssh; fd.sport=4444")]
    public void InAContainer(ContainerKind kind, string rule, string line, string says) => sensor.Expect(rule, sensor.InAContainer(line, kind), says);

    [Theory]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{ssh} with tcp 203.0.113.7 22")]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{ssh} with tcp 10.9.8.7 443")]
    [InlineData("Disallowed SSH Connection Non Standard Port", "{curl} with tcp 203.0.113.7 443")]
    [InlineData("Detect outbound connections to common miner pool ports", "{deeds} with tcp 203.0.113.9 22")]
    [InlineData("Detect outbound connections to common miner pool ports", "{deeds} with tcp 203.0.113.7 3333")]
    [InlineData("Contact K8S API Server From Container", "{deeds} with tcp 203.0.113.8 443")]
    [InlineData("System procs network activity", "{cat} with tcp 127.0.0.1 4242")]
    [InlineData("Unexpected UDP Traffic", "{deeds} with udp 203.0.113.7 53")]
    [InlineData("Unexpected UDP Traffic", "{deeds} with tcp 203.0.113.7 4242")]
    // A datagram socket counts as connected from its first message on, as in the reference: what the rules ask of datagrams never holds.
    [InlineData("Interpreted procs outbound network activity", "{perl} datagram sendto 203.0.113.7 4242")]
    [InlineData("Interpreted procs outbound network activity", "{ruby} datagram sendmsg 2001:db8::7 4242")]
    [InlineData("Java Process Class File Download", "{java} payload 00cafebabf0000")]
    [InlineData("Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup2 0")]
    [InlineData("Contact cloud metadata service from container", "{deeds} to tcp 169.254.169.254 80")]
    public void Nothing(string rule, string line) => sensor.ExpectNone(rule, sensor.InANetwork(line));

    [Theory]
    [InlineData("Redirect STDOUT/STDIN to Network Connection in Container", "{deeds} stream dup2 7")]
    [InlineData("Packet socket created in container", "{deeds} socket netlink")]
    [InlineData("Unexpected K8s NodePort Connection", "{deeds} with tcp 203.0.113.7 29999")]
    [InlineData("Contact cloud metadata service from container", "{deeds} to tcp 203.0.113.7 80")]
    [InlineData("Contact K8S API Server From Container", "{deeds} with tcp 203.0.113.7 443")]
    // As shipped these two ask for namespaces of an empty list, and for a container without an id: nothing fits.
    [InlineData("Network Connection outside Local Subnet", "{deeds} with tcp 203.0.113.7 443")]
    [InlineData("Launch Disallowed Container", "{deeds} nothing")]
    public void NothingInAContainer(string rule, string line) => sensor.ExpectNone(rule, sensor.InAContainer(line, ContainerKind.Plain));
}
