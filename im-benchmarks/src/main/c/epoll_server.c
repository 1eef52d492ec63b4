/*
 * A line server in C to be measured beside: one thread, level-triggered epoll, one send for each client and turn.
 *
 *     epoll_server echo|room
 *
 * echo: a line goes back to who sent it. room: it goes to everyone who is connected, its sender too. Says "port N" once it
 * listens, and "ready" to each client. As every server of these benchmarks it answers each line "cpu" on its standard input
 * with "cpu NANOS 0" (what it has used of the processors, and that it has no collector), and ends when that input ends.
 *
 * A turn is one epoll_wait and what it found: read all that is readable, then write to all that have something to be written.
 * What a room is sent in a turn is gathered once, in `turn`, and goes from there to each member who owes nothing from before;
 * what the kernel does not take is copied to the client's own buffer, which is bounded. Nothing but whole lines is gathered.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS = 1024,
    READ_BYTES = 64 * 1024,
    MAX_LINE_BYTES = 64 * 1024,
    MAX_UNSENT_BYTES = 1024 * 1024, /* of one client: as Hongyan's default */
};

/* Bytes from `start` to `end`, in memory of `capacity`. */
struct bytes {
    char *data;
    size_t start, end, capacity;
};

struct client {
    int fd;
    size_t index;         /* where it stands in `clients` */
    struct bytes begun;   /* a line whose end has not come */
    struct bytes unsent;  /* what the kernel has not taken */
    bool pending;         /* stands in `pending` */
    bool watches_writing; /* EPOLLOUT is asked for */
    bool closed;          /* its socket is; freed at the end of the turn */
};

struct list {
    struct client **items;
    size_t count, capacity;
};

static int epoll;
static bool is_room;
static char read_buffer[READ_BYTES];
static struct list clients; /* in any order */
static struct list pending; /* who has something unsent that no event will announce */
static struct list closed;  /* an event of this turn may still point to them */
static struct bytes turn;   /* what the room is sent in this turn */

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void *grown(void *memory, size_t bytes) {
    memory = realloc(memory, bytes);
    if (memory == NULL) {
        fail("realloc");
    }
    return memory;
}

static size_t length(const struct bytes *b) {
    return b->end - b->start;
}

static void append(struct bytes *b, const char *data, size_t count) {
    if (b->end + count > b->capacity) {
        memmove(b->data, b->data + b->start, length(b));
        b->end -= b->start;
        b->start = 0;
    }
    if (b->end + count > b->capacity) {
        size_t wanted = b->capacity == 0 ? 256 : b->capacity * 2;
        while (wanted < b->end + count) {
            wanted *= 2;
        }
        b->data = grown(b->data, wanted);
        b->capacity = wanted;
    }
    memcpy(b->data + b->end, data, count);
    b->end += count;
}

static void take(struct bytes *b, size_t count) {
    b->start += count;
    if (b->start == b->end) {
        b->start = b->end = 0;
    }
}

static void release(struct bytes *b) {
    free(b->data);
    *b = (struct bytes) {0};
}

static void add(struct list *list, struct client *client) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        list->items = grown(list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->count++] = client;
}

/* Leaves the list of clients at once, and memory at the end of the turn. */
static void close_client(struct client *client) {
    if (client->closed) {
        return;
    }
    client->closed = true;
    close(client->fd);
    struct client *last = clients.items[--clients.count];
    clients.items[client->index] = last;
    last->index = client->index;
    add(&closed, client);
}

static void watch(struct client *client, bool writing) {
    if (client->watches_writing == writing) {
        return;
    }
    client->watches_writing = writing;
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = client};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

/* How many bytes the kernel took: 0 if it has no room now, -1 if the peer is gone. */
static ssize_t send_some(struct client *client, const char *data, size_t count) {
    ssize_t sent = send(client->fd, data, count, MSG_NOSIGNAL);
    if (sent >= 0) {
        return sent;
    }
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* Keeps what is to be written later, up to the bound: who does not read is closed. */
static void keep(struct client *client, const char *data, size_t count) {
    if (length(&client->unsent) + count > MAX_UNSENT_BYTES) {
        close_client(client);
        return;
    }
    append(&client->unsent, data, count);
}

static void keep_until_turn_ends(struct client *client, const char *data, size_t count) {
    keep(client, data, count);
    if (!client->closed && !client->pending && !client->watches_writing) {
        client->pending = true;
        add(&pending, client);
    }
}

static void flush(struct client *client) {
    ssize_t sent = send_some(client, client->unsent.data + client->unsent.start, length(&client->unsent));
    if (sent < 0) {
        close_client(client);
        return;
    }
    take(&client->unsent, (size_t) sent);
    watch(client, length(&client->unsent) > 0);
}

static void send_turn(struct client *client) {
    if (length(&client->unsent) > 0) {
        keep_until_turn_ends(client, turn.data, turn.end);
        return;
    }
    ssize_t sent = send_some(client, turn.data, turn.end);
    if (sent < 0) {
        close_client(client);
    } else if ((size_t) sent < turn.end) {
        keep(client, turn.data + sent, turn.end - (size_t) sent);
        if (!client->closed) {
            watch(client, true);
        }
    }
}

static void end_turn(void) {
    if (turn.end > 0) {
        for (size_t i = clients.count; i-- > 0;) { /* from the end: one that is closed is replaced by the last */
            send_turn(clients.items[i]);
        }
        turn.end = 0;
    }
    for (size_t i = 0; i < pending.count; i++) {
        struct client *client = pending.items[i];
        client->pending = false;
        if (!client->closed) {
            flush(client);
        }
    }
    pending.count = 0;
    for (size_t i = 0; i < closed.count; i++) {
        release(&closed.items[i]->begun);
        release(&closed.items[i]->unsent);
        free(closed.items[i]);
    }
    closed.count = 0;
}

static void on_lines(struct client *client, const char *lines, size_t count) {
    if (is_room) {
        append(&turn, lines, count);
    } else {
        keep_until_turn_ends(client, lines, count);
    }
}

/* Once: what is left over is reported again. */
static void on_readable(struct client *client) {
    ssize_t count = recv(client->fd, read_buffer, sizeof read_buffer, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        close_client(client);
        return;
    }
    const char *end = memrchr(read_buffer, '\n', (size_t) count);
    size_t whole = end == NULL ? 0 : (size_t) (end + 1 - read_buffer);
    size_t rest = (size_t) count - whole;
    if (whole > 0) {
        if (length(&client->begun) > 0) {
            on_lines(client, client->begun.data + client->begun.start, length(&client->begun));
            take(&client->begun, length(&client->begun));
        }
        on_lines(client, read_buffer, whole);
    }
    if (rest > 0) {
        if (length(&client->begun) + rest > MAX_LINE_BYTES) {
            close_client(client);
            return;
        }
        append(&client->begun, read_buffer + whole, rest);
    }
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct client *client = grown(NULL, sizeof *client);
        *client = (struct client) {.fd = fd, .index = clients.count};
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
            fail("epoll_ctl");
        }
        add(&clients, client);
        static const char ready[] = "ready\n";
        keep_until_turn_ends(client, ready, sizeof ready - 1);
    }
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        fail("accept4");
    }
}

static void on_client(struct client *client, unsigned events) {
    if (!client->closed && (events & EPOLLOUT) != 0) {
        flush(client);
    }
    if (!client->closed && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        on_readable(client);
    }
}

/* Answers as many times as it is asked; the question is four bytes. */
static void on_control(void) {
    static char question[4];
    static size_t have;
    char asked[256];
    ssize_t count = read(STDIN_FILENO, asked, sizeof asked);
    if (count <= 0) {
        exit(0);
    }
    for (ssize_t i = 0; i < count; i++) {
        question[have++] = asked[i];
        if (have == sizeof question) {
            have = 0;
            struct timespec used;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
            printf("cpu %lld 0\n", used.tv_sec * 1000000000LL + used.tv_nsec);
            fflush(stdout);
        }
    }
}

static int listen_on_loopback(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *) &address, size) < 0 || listen(listener, 4096) < 0
        || getsockname(listener, (struct sockaddr *) &address, &size) < 0) {
        fail("listen");
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

/* What is not a client is told apart by a pointer of its own. */
static void watch_reading(int fd, void *who) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = who};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

int main(int argc, char **argv) {
    if (argc != 2 || (strcmp(argv[1], "echo") != 0 && strcmp(argv[1], "room") != 0)) {
        fprintf(stderr, "usage: epoll_server echo|room\n");
        return 2;
    }
    is_room = strcmp(argv[1], "room") == 0;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        fail("epoll_create1");
    }
    int listener = listen_on_loopback();
    int control = STDIN_FILENO;
    watch_reading(listener, &listener);
    watch_reading(control, &control);
    static struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        if (count < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        for (int i = 0; i < count; i++) {
            void *who = events[i].data.ptr;
            if (who == &listener) {
                accept_all(listener);
            } else if (who == &control) {
                on_control();
            } else {
                on_client(who, events[i].events);
            }
        }
        end_turn();
    }
}
