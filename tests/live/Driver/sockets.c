// SPDX-License-Identifier: Apache-2.0
// Sockets. Addresses are such that the other end is this program itself, in a network namespace that the test made.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include "deeds.h"

struct end {
	struct sockaddr_storage address;
	socklen_t length;
};

static struct end end_of(const char *ip, const char *port)
{
	struct end end = { 0 };
	struct sockaddr_in *v4 = (void *)&end.address;
	struct sockaddr_in6 *v6 = (void *)&end.address;

	if (strchr(ip, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(atoi(port));
		inet_pton(AF_INET6, ip, &v6->sin6_addr);
		end.length = sizeof(*v6);
	} else {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(atoi(port));
		inet_pton(AF_INET, ip, &v4->sin_addr);
		end.length = sizeof(*v4);
	}
	return end;
}

static int socket_of(const char *kind, struct end *end, int flags)
{
	return socket(end->address.ss_family, (!strcmp(kind, "udp") ? SOCK_DGRAM : SOCK_STREAM) | flags, 0);
}

// Takes the address, so that a connection has somebody to go to.
static int serve(const char *kind, struct end *end)
{
	int fd = socket_of(kind, end, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&end->address, end->length) || (strcmp(kind, "udp") && listen(fd, 1)))
		return -1;
	return fd;
}

// to KIND ADDRESS PORT: connects to nobody who answers yet, without waiting.
static int to(char **a)
{
	struct end end = end_of(a[1], a[2]);
	int fd = socket_of(a[0], &end, SOCK_NONBLOCK);

	return connect(fd, (void *)&end.address, end.length) && errno != EINPROGRESS ? fail("connect") : 0;
}

// with KIND ADDRESS PORT [FROM]: a whole connection (accepted) or a datagram (received), over loopback.
static int with(char **a)
{
	struct end end = end_of(a[1], a[2]), from;
	int server = serve(a[0], &end), client = socket_of(a[0], &end, 0);
	char buffer[64];

	if (server < 0)
		return fail("listen");
	if (a[3]) {
		from = end_of(a[3], "0");
		if (bind(client, (void *)&from.address, from.length))
			return fail("bind");
	}
	if (connect(client, (void *)&end.address, end.length))
		return fail("connect");
	if (!strcmp(a[0], "udp"))
		return write(client, "x", 1) == 1 && recvfrom(server, buffer, sizeof(buffer), 0, (void *)&from.address, &(socklen_t){ sizeof(from.address) }) == 1 ? 0 : fail("recvfrom");
	return accept4(server, NULL, NULL, SOCK_CLOEXEC) < 0 ? fail("accept4") : 0;
}

// send CALL ADDRESS PORT: a datagram from a socket that was never connected.
static int datagram(char **a)
{
	struct end end = end_of(a[1], a[2]);
	struct iovec data = { "x", 1 };
	struct mmsghdr message = { { &end.address, end.length, &data, 1 } };
	int fd = socket_of("udp", &end, 0);
	long sent;

	if (!strcmp(a[0], "sendto"))
		sent = sendto(fd, "x", 1, 0, (void *)&end.address, end.length);
	else if (!strcmp(a[0], "sendmsg"))
		sent = sendmsg(fd, &message.msg_hdr, 0);
	else
		sent = sendmmsg(fd, &message, 1, 0);
	return sent < 0 ? fail(a[0]) : 0;
}

// stream CALL TARGET [ADDRESS]: a connection becomes one of the standard streams.
static int stream(char **a)
{
	struct end end = end_of(a[2] ? a[2] : "127.0.0.1", "4243");
	int server = serve("tcp", &end), client = socket_of("tcp", &end, 0), target = atoi(a[1]), got;

	if (server < 0 || connect(client, (void *)&end.address, end.length))
		return fail("connect");
	if (!strcmp(a[0], "dup2"))
		got = syscall(SYS_dup2, client, target);
	else if (!strcmp(a[0], "dup3"))
		got = dup3(client, target, O_CLOEXEC);
	else {
		close(target);
		got = !strcmp(a[0], "dup") ? dup(client) : fcntl(client, F_DUPFD, 0);
	}
	return got == target ? 0 : fail(a[0]);
}

// payload HEX: received by recvfrom over a connection.
static int payload(char **a)
{
	struct end end = end_of("127.0.0.1", "4244");
	int server = serve("tcp", &end), client = socket_of("tcp", &end, 0), peer;
	char data[256];
	int n = 0;

	for (const char *hex = a[0]; hex[0] && hex[1] && n < (int)sizeof(data); hex += 2)
		sscanf(hex, "%2hhx", &data[n++]);
	if (server < 0 || connect(client, (void *)&end.address, end.length) || (peer = accept(server, NULL, NULL)) < 0)
		return fail("connect");
	return write(client, data, n) == n && recvfrom(peer, data, n, 0, NULL, NULL) == n ? 0 : fail("recvfrom");
}

// socket DOMAIN: packet, alg, netlink, raw or vsock.
static int of_domain(char **a)
{
	int fd = !strcmp(a[0], "packet") ? socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))
		: !strcmp(a[0], "packet-dgram") ? socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP))
		: !strcmp(a[0], "alg") ? socket(AF_ALG, SOCK_SEQPACKET, 0)
		: !strcmp(a[0], "raw") ? socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
		: socket(AF_NETLINK, SOCK_RAW, 0);

	return fd < 0 ? fail(a[0]) : 0;
}

const struct deed socket_deeds[] = {
	{ "to", 3, to }, { "with", 3, with }, { "datagram", 3, datagram }, { "stream", 2, stream }, { "payload", 1, payload }, { "socket", 1, of_domain }, { 0 },
};
