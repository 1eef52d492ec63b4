package io.hongyan.im.examples;

import io.hongyan.im.ClientSession;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** Who is here, by name. Of two people who take one name at the same moment, one gets it. */
final class Nicks {
    private final ConcurrentMap<String, User> users = new ConcurrentHashMap<>();
    private final AtomicLong guests = new AtomicLong();

    /** Gives a newcomer a name that nobody has. */
    User admit(ClientSession session) {
        User user;
        do {
            user = new User(session, Name.of("guest" + guests.incrementAndGet()));
        } while (users.putIfAbsent(user.nick().key(), user) != null);
        return user;
    }

    /** Holds the new name before it gives the old one up, so that a person is never without. */
    void rename(User user, Name to) throws Refusal {
        String before = user.nick().key();
        User owner = users.putIfAbsent(to.key(), user);
        if (owner != null && owner != user) {
            throw new Refusal("the name " + to.shown() + " is taken; choose another one: /nick NAME");
        }
        user.rename(to);
        if (!to.key().equals(before)) {
            users.remove(before);
        }
    }

    void remove(User user) {
        users.remove(user.nick().key());
    }

    Optional<User> find(Name nick) {
        return Optional.ofNullable(users.get(nick.key()));
    }

    Collection<User> all() {
        return users.values();
    }
}
