/**
 * The chat's page. What people write is put into the page as `textContent` and in no other way.
 *
 * One `Conversation` is a room or the talk with one person: its log, its entry in the list, who is in it. `told` below
 * is what the server can say, `commands` what a person can type; the rest is showing it.
 */

import { HongyanClient } from "./hongyan.js";

const MAX_SHOWN = 500;
const MAX_DIRECTS = 100;
const SAME_SPEAKER_MILLIS = 5 * 60_000;
const REFRESH_MILLIS = 30_000;
const NAME_TRIES = 10;

const $ = (id) => document.getElementById(id);
const clockTime = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const dayName = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });
const byName = new Intl.Collator([], { sensitivity: "base", numeric: true }).compare;

const me = { nick: "", wanted: sessionStorage.getItem("nick") ?? "", tries: 0 };

/** @type {Map<string, Conversation>} by kind and name: "room lobby", "direct alice" */
const conversations = new Map();
let current = null;
let otherRooms = [];

/** What was said and has not come back yet, oldest first. */
let unconfirmed = [];

/** Answers that a person has asked for by a command, and not the page for itself. */
const asked = new Set();

let client;

// ---- Elements ----

function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) {
        made.className = className;
    }
    made.append(...children);
    return made;
}

function setText(node, text) {
    if (node.textContent !== text) {
        node.textContent = text;
    }
}

function paintAvatar(avatar, nick) {
    let hash = 0;
    for (const character of nick) {
        hash = (hash * 31 + character.codePointAt(0)) % 65_521;
    }
    avatar.className = `avatar hue-${hash % 8}`;
    setText(avatar, [...nick][0]?.toUpperCase() ?? "");
    avatar.setAttribute("aria-hidden", "true");
    return avatar;
}

function avatarOf(nick) {
    return paintAvatar(document.createElement("span"), nick);
}

// ---- Conversations ----

class Conversation {
    unread = 0;
    people = new Set();
    more = 0;
    /** Whether the newest message stays in view. */
    following = true;
    #height = 0;
    #lastDay = "";
    #lastSpeaker = "";
    #lastTime = 0;

    constructor(kind, name) {
        this.kind = kind;
        this.name = name;
        this.log = element("div", "log");
        this.log.setAttribute("role", "log");
        this.log.tabIndex = 0;
        this.log.hidden = true;
        this.log.addEventListener("scroll", () => this.#onScroll());
        $("logs").prepend(this.log);
        this.sign = kind === "room" ? element("span", "sign", "#") : avatarOf(name);
        this.sign.setAttribute("aria-hidden", "true");
        this.label = element("span", "name");
        this.badge = element("span", "badge");
        this.button = element("button", "entry", this.sign, this.label, this.badge);
        this.button.type = "button";
        this.button.addEventListener("click", () => choose(this));
        this.item = element("li", "", this.button);
        this.rename(name);
        this.showUnread(0);
    }

    get key() {
        return `${this.kind} ${this.name}`;
    }

    get title() {
        return this.kind === "room" ? `# ${this.name}` : this.name;
    }

    rename(name) {
        this.name = name;
        setText(this.label, name);
        this.log.setAttribute("aria-label", this.kind === "room" ? `Messages in ${name}` : `Messages with ${name}`);
        if (this.kind === "direct") {
            paintAvatar(this.sign, name);
        }
    }

    showUnread(count) {
        this.unread = count;
        this.badge.hidden = count === 0;
        this.badge.replaceChildren(String(count), element("span", "for-reader", " unread"));
    }

    /** Where the reader has put it; that a log grows or its window changes does not count. */
    #onScroll() {
        if (this === current && this.#height === this.log.clientHeight) {
            this.following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
            showNewest(!this.following && !$("newest").hidden);
        }
    }

    toEnd() {
        this.following = true;
        this.#height = this.log.clientHeight;
        this.log.scrollTop = this.log.scrollHeight;
    }

    onResize() {
        if (this.following) {
            this.toEnd();
        }
        this.#height = this.log.clientHeight;
    }

    /** What a person said. */
    said(nick, text, time) {
        this.#dayOf(time);
        const own = nick === me.nick;
        const more = nick === this.#lastSpeaker && time - this.#lastTime < SAME_SPEAKER_MILLIS;
        this.#lastSpeaker = nick;
        this.#lastTime = time;
        const when = element("time", "", clockTime.format(time));
        when.dateTime = new Date(time).toISOString();
        const speaker = element("span", "nick", nick);
        const meta = element("p", more ? "for-reader" : "meta", speaker, " ", when);
        const words = element("p", "text", text);
        words.dir = "auto";
        const message = element("div", "message", avatarOf(nick), element("div", "body", meta, words));
        message.title = when.textContent;
        message.classList.toggle("own", own);
        message.classList.toggle("more", more);
        this.#add(message, own);
        if (!own && (this !== current || document.hidden)) {
            this.showUnread(this.unread + 1);
            showUnreadElsewhere();
        }
    }

    /** What happened, or what the server says. */
    told(text, time, warn = false) {
        this.#dayOf(time);
        this.#lastSpeaker = "";
        const line = element("p", warn ? "told warn" : "told", text);
        line.dir = "auto";
        this.#add(line, false);
    }

    #dayOf(time) {
        const day = dayName.format(time);
        if (day !== this.#lastDay) {
            this.#lastDay = day;
            this.#lastSpeaker = "";
            this.log.append(element("p", "day", day));
        }
    }

    #add(line, own) {
        const follow = own || this.following;
        this.log.append(line);
        while (this.log.childElementCount > MAX_SHOWN) {
            this.log.firstElementChild.remove();
        }
        if (this !== current) {
            return;
        }
        if (follow) {
            this.toEnd();
        } else {
            showNewest(true);
        }
    }
}

function conversation(kind, name) {
    let found = conversations.get(`${kind} ${name}`);
    if (!found) {
        found = new Conversation(kind, name);
        conversations.set(found.key, found);
        boundDirects();
        showConversations();
    }
    return found;
}

/** Anybody may write to one, under one name after another: the oldest talks give way. */
function boundDirects() {
    const directs = [...conversations.values()].filter((one) => one.kind === "direct");
    if (directs.length > MAX_DIRECTS) {
        forget(directs.find((one) => one !== current));
        showUnreadElsewhere();
    }
}

function roomsOfMine() {
    return [...conversations.values()].filter((one) => one.kind === "room");
}

function forget(one) {
    conversations.delete(one.key);
    one.log.remove();
    showConversations();
    if (current === one) {
        current = null;
        choose([...conversations.values()].at(-1) ?? null);
    }
}

function choose(one) {
    if (current) {
        current.log.hidden = true;
        current.button.removeAttribute("aria-current");
    }
    current = one;
    showNewest(false);
    showAlert("");
    showPane("");
    $("empty").hidden = one !== null;
    if (one) {
        one.log.hidden = false;
        one.button.setAttribute("aria-current", "true");
        one.showUnread(0);
        one.toEnd();
        refresh();
    } else {
        setText($("empty"), "You are in no room. Join one.");
    }
    showTitle();
    showPeople();
    showUnreadElsewhere();
    focusOnText();
}

/** Not where that would open a keyboard over half of the screen. */
function focusOnText() {
    if (!$("naming").open && !matchMedia("(pointer: coarse)").matches) {
        $("text").focus();
    }
}

// ---- Showing ----

/** These items in this order. One that stays is not moved, so that it keeps the focus, and a click on it counts. */
function showItems(list, items) {
    for (const item of [...list.children]) {
        if (!items.includes(item)) {
            item.remove();
        }
    }
    items.forEach((item, i) => {
        if (list.children[i] !== item) {
            list.insertBefore(item, list.children[i] ?? null);
        }
    });
}

/** The list's item of this name, made if there is none. */
function itemOf(list, name, sign, note, action) {
    const there = [...list.children].find((item) => item.dataset.name === name);
    if (there) {
        return there;
    }
    const button = element("button", "entry", sign, element("span", "name", name), note);
    button.type = "button";
    button.addEventListener("click", action);
    const item = element("li", "", button);
    item.dataset.name = name;
    return item;
}

function showConversations() {
    for (const [kind, list] of [["room", $("rooms")], ["direct", $("directs")]]) {
        const all = [...conversations.values()].filter((one) => one.kind === kind);
        showItems(list, all.map((one) => one.item));
    }
    $("directs-part").hidden = $("directs").childElementCount === 0;
    showOtherRooms();
}

function showOtherRooms() {
    const others = otherRooms.filter(({ room }) => !conversations.has(`room ${room}`));
    showItems($("others"), others.map(({ room, size }) => {
        const sign = element("span", "sign", "#");
        sign.setAttribute("aria-hidden", "true");
        const count = element("span", "count", element("span"), element("span", "for-reader", " in it; join"));
        const item = itemOf($("others"), room, sign, count, () => join(room));
        setText(item.querySelector(".count span"), String(size));
        return item;
    }));
    $("others-part").hidden = others.length === 0;
}

function showTitle() {
    setText($("title"), current?.title ?? "No room");
    setText($("text-label"), current ? `Message to ${current.name}` : "Message");
    $("text").placeholder = current ? `Message to ${current.title}` : "Type /join and a room";
    $("leave").hidden = !current;
    setText($("leave-word"), current?.kind === "direct" ? "Close" : "Leave");
    $("show-people").hidden = current?.kind !== "room";
    showSubtitle();
}

function showSubtitle() {
    const count = current?.kind === "room" ? current.people.size + current.more : 0;
    const here = count === 1 ? "1 person" : `${count} people`;
    setText($("subtitle"), current?.kind === "direct" ? "only the two of you" : count > 0 ? here : "");
}

function showPeople() {
    const people = current?.kind === "room" ? [...current.people].sort(byName) : [];
    showItems($("people-list"), people.map((nick) => {
        const you = element("span", "count", "you");
        const talk = () => choose(conversation("direct", nick));
        const item = itemOf($("people-list"), nick, avatarOf(nick), you, talk);
        item.querySelector(".count").hidden = nick !== me.nick;
        return item;
    }));
    $("people").hidden = current?.kind !== "room";
    $("people-more").hidden = !current?.more;
    setText($("people-more"), `and ${current?.more} more`);
    showSubtitle();
}

function showMe() {
    setText($("me-nick"), me.nick || "…");
    paintAvatar($("me-avatar"), me.nick);
    setText($("naming-guest"), me.nick || "a guest");
}

function showUnreadElsewhere() {
    const all = [...conversations.values()].reduce((sum, one) => sum + one.unread, 0);
    const elsewhere = all - (current?.unread ?? 0);
    $("elsewhere").hidden = elsewhere === 0;
    $("elsewhere").replaceChildren(String(elsewhere), element("span", "for-reader", " unread elsewhere"));
    document.title = all > 0 ? `(${all}) Hongyan chat` : "Hongyan chat";
}

function showNewest(shown) {
    $("newest").hidden = !shown;
}

function showAlert(text) {
    setText($("alert"), text);
}

/** Where the window is narrow, one pane at a time lies over the messages. */
function showPane(name) {
    $("panes").dataset.shown = name;
    $("show-places").setAttribute("aria-expanded", String(name === "places"));
    $("show-people").setAttribute("aria-expanded", String(name === "people"));
    if (name) {
        $(name).querySelector(".close").focus();
    }
}

let countdown = 0;

/** Whether there was a connection already: then each attempt to get it back is not told to a screen reader. */
let stood = false;

function showConnection(state, delayMillis = 0) {
    const words = {
        idle: "Starting…",
        connecting: "Connecting…",
        open: "Connected",
        waiting: "Reconnecting…",
        closing: "Leaving…",
        closed: "Disconnected",
    };
    clearInterval(countdown);
    const end = Date.now() + delayMillis;
    const count = () => {
        const seconds = Math.ceil((end - Date.now()) / 1000);
        setText($("countdown"), state === "waiting" && seconds > 0 ? `in ${seconds} s` : "");
    };
    count();
    if (state === "waiting") {
        countdown = setInterval(count, 250);
    }
    $("connection").dataset.state = state;
    stood ||= state === "open";
    setText($("status"), words[stood && state === "connecting" ? "waiting" : state]);
    $("retry").hidden = state !== "waiting" && state !== "closed";
    setText($("retry"), state === "closed" ? "Connect" : "Try now");
}

// ---- What the server says ----

const told = {
    welcome({ nick }) {
        me.nick = nick;
        showMe();
    },

    joined({ room, nick, time }) {
        const one = conversation("room", room);
        one.people.add(nick);
        if (nick === me.nick) {
            one.told(`You joined ${room}`, time);
            request({ type: "who", room });
            if (current === null || wished === room) {
                wished = "";
                choose(one);
            }
            request({ type: "rooms" });
        } else {
            one.told(`${nick} joined`, time);
        }
        showPeople();
    },

    left({ room, nick, time }) {
        const one = conversations.get(`room ${room}`);
        if (nick === me.nick && one) {
            forget(one);
            request({ type: "rooms" });
        } else if (one) {
            one.people.delete(nick);
            one.told(`${nick} left`, time);
            showPeople();
        }
    },

    renamed({ from, to, time }) {
        if (from === me.nick) {
            me.nick = to;
            if (me.tries > 0) {
                showAlert("");
            }
            keepName(to);
            showMe();
            $("naming").close();
        }
        for (const one of conversations.values()) {
            if (one.people.delete(from)) {
                one.people.add(to);
                one.told(`${from} is now ${to}`, time);
            } else if (one.kind === "direct" && one.name === from && !conversations.has(`direct ${to}`)) {
                conversations.delete(one.key);
                one.rename(to);
                conversations.set(one.key, one);
                one.told(`${from} is now ${to}`, time);
            }
        }
        showTitle();
        showPeople();
    },

    said({ room, nick, text, time }) {
        confirm(nick === me.nick);
        conversation("room", room).said(nick, text, time);
    },

    direct({ from, to, text, time }) {
        confirm(from === me.nick);
        const one = conversation("direct", from === me.nick ? to : from);
        one.said(from, text, time);
        if (from === me.nick && asked.delete("msg")) {
            choose(one);
        }
    },

    members({ room, nicks, more, time }) {
        const one = conversations.get(`room ${room}`);
        if (one) {
            one.people = new Set(nicks);
            one.more = more;
            showPeople();
        }
        if (asked.delete(`who ${room}`) || asked.delete("who ")) { // without a room it is the one that was joined last
            note(`In ${room}: ${nicks.join(", ")}${more ? `, and ${more} more` : ""}`, time);
        }
    },

    rooms({ rooms, more, time }) {
        otherRooms = rooms;
        showOtherRooms();
        if (asked.delete("rooms")) {
            const names = rooms.map(({ room, size }) => `${room} (${size})`).join(", ");
            note(`Rooms: ${names}${more ? `, and ${more} more` : ""}`, time);
        }
    },

    notice({ text, time }) {
        note(text, time);
    },

    refused({ command, text }) {
        if (command === "nick") {
            nameRefused(text);
            return;
        }
        confirm(command === "say" || command === "direct");
        if (command === "direct") {
            asked.delete("msg");
        }
        if (command === "join") {
            wished = "";
        }
        if (command !== "who" || forgetWhoWasAskedFor()) { // not what the page asked for itself: the room has just become empty
            showAlert(sentence(text));
        }
    },
};

/** A refusal names no room. Returns whether a person had asked. */
function forgetWhoWasAskedFor() {
    const all = [...asked].filter((what) => what.startsWith("who "));
    all.forEach((what) => asked.delete(what));
    return all.length > 0;
}

function onMessage({ data }) {
    const event = JSON.parse(data);
    told[event.type]?.(event); // what a newer server may say besides is passed over
}

function note(text, time = Date.now(), warn = false) {
    (current ?? [...conversations.values()][0])?.told(text, time, warn);
}

/** Equal for names that the server takes for the same: Java, java, ＪＡＶＡ. */
function fold(name) {
    return name.normalize("NFKC").toUpperCase().toLowerCase();
}

function sentence(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

// ---- What a person wants ----

/** The room that is to be shown as soon as it is joined. */
let wished = "";

function request(command) {
    const result = client.send(JSON.stringify(command));
    if (result === "overflow") {
        showAlert("Too much is waiting for the connection. Try again when it is back.");
    } else if (result === "closed") {
        showAlert("Not sent: there is no connection.");
    }
    return result === "accepted";
}

/** What makes no sense later is not kept for later. */
function requestNow(command) {
    if (client.state === "open") {
        return request(command);
    }
    showAlert("There is no connection now. Try again when it is back.");
    return false;
}

function join(room) {
    const name = room.replace(/^#/, "").trim();
    const known = conversations.get(`room ${fold(name)}`);
    if (known) {
        choose(known);
    } else if (requestNow({ type: "join", room: name })) {
        wished = fold(name);
    }
}

function leave(one) {
    if (one.kind === "direct") {
        forget(one);
    } else {
        requestNow({ type: "leave", room: one.name });
    }
}

/** Kept for a while where there is no connection: it goes out when there is one again. */
function say(one, text) {
    const command = one.kind === "room" ? { type: "say", room: one.name, text } : { type: "direct", to: one.name, text };
    if (!request(command)) {
        return false;
    }
    unconfirmed.push({ one, text });
    if (client.state !== "open") {
        one.told(`Waits for the connection: “${text}”`, Date.now());
    }
    return true;
}

function confirm(was) {
    if (was) {
        unconfirmed.shift();
    }
}

/** One that went out over a connection that then broke may have arrived or not; nobody knows. */
function tellWhatIsUncertain() {
    const gone = unconfirmed.length - client.queuedMessages;
    for (const { one, text } of unconfirmed.splice(0, Math.max(0, gone))) {
        const words = `The connection broke; this may not have arrived: “${text}”`;
        if (one) {
            one.told(words, Date.now(), true);
        } else {
            showAlert(words);
        }
    }
}

/** Asks what the page asks for itself, too; this answer is to be shown. */
function ask(what, command) {
    const done = requestNow(command);
    if (done) {
        asked.add(what);
    }
    return done;
}

const commands = {
    nick: (argument) => requestNow({ type: "nick", name: argument }),
    join: (argument) => (argument ? (join(argument), true) : showAlert("A name is missing: /join ROOM")),
    leave(argument) {
        const one = argument ? conversations.get(`room ${fold(argument)}`) : current;
        return one ? (leave(one), true) : requestNow({ type: "leave", room: argument });
    },
    msg(argument) {
        const [, to, text] = /^(\S+)\s+(\S.*)$/s.exec(argument) ?? [];
        if (!text) {
            return showAlert("It goes like this: /msg USER TEXT");
        }
        const name = fold(to);
        const known = [...conversations.values()].find((one) => one.kind === "direct" && fold(one.name) === name);
        if (known) {
            choose(known);
            return say(known, text);
        }
        if (!requestNow({ type: "direct", to, text })) { // there may be nobody of this name
            return false;
        }
        unconfirmed.push({ one: current, text });
        asked.add("msg");
        return true;
    },
    who(argument) {
        const room = fold(argument || (current?.kind === "room" ? current.name : ""));
        return ask(`who ${room}`, { type: "who", room });
    },
    rooms: () => ask("rooms", { type: "rooms" }),
    help: () => requestNow({ type: "help" }),
    quit: () => requestNow({ type: "quit" }),
};

function typed(text) {
    const command = /^\/(\S*)\s*(.*)$/s.exec(text);
    if (!command) {
        return current ? say(current, text) : showAlert("You are in no room. Join one first.");
    }
    const name = command[1].toLowerCase();
    return Object.hasOwn(commands, name)
        ? commands[name](command[2].trim())
        : showAlert("There is no such command; /help shows those there are");
}

// ---- One's name ----

function keepName(nick) {
    me.wanted = nick;
    me.tries = 0;
    sessionStorage.setItem("nick", nick);
    localStorage.setItem("nick", nick);
}

function askForName(alert = "") {
    if (!$("naming").open) {
        $("naming-name").value = me.wanted || (localStorage.getItem("nick") ?? "");
        $("naming").showModal();
        $("naming-name").select();
    }
    setText($("naming-alert"), alert);
}

/** After a broken connection the server may take the old session for alive a while, and with it the name. */
function nameRefused(text) {
    if (!$("naming").open && me.wanted && me.nick !== me.wanted && me.tries < NAME_TRIES) {
        if (me.tries++ === 0) {
            showAlert(`The name ${me.wanted} is still taken; trying again`);
        }
        setTimeout(() => client.state === "open" && request({ type: "nick", name: me.wanted }), 1_000 * me.tries);
    } else if ($("naming").open || me.wanted !== me.nick) {
        askForName(sentence(text));
    } else {
        showAlert(sentence(text));
    }
}

// ---- The connection ----

/** The server knows nothing of who was here before: the name and the rooms are taken anew, before anything that waits goes out. */
function onOpen({ reconnected }) {
    if (me.wanted) {
        me.tries = 0;
        request({ type: "nick", name: me.wanted });
    }
    if (reconnected) {
        const rooms = roomsOfMine();
        rooms.forEach((one) => one.people.clear());
        rooms.filter((one) => one.name !== "lobby").forEach((one) => request({ type: "join", room: one.name }));
        if (rooms.length > 0 && !conversations.has("room lobby")) {
            request({ type: "leave", room: "lobby" });
        }
    }
    request({ type: "rooms" });
    showAlert("");
}

function onClose({ code, reason, reconnect, delayMillis }) {
    asked.clear();
    tellWhatIsUncertain();
    showConnection(client.state, delayMillis);
    if (!reconnect) {
        showAlert(code === 1000 ? "You have left the chat." : `The server ended the connection: ${reason || code}`);
    }
}

function refresh() {
    if (client?.state === "open" && !document.hidden) {
        request({ type: "rooms" });
        if (current?.kind === "room") {
            request({ type: "who", room: current.name });
        }
    }
}

async function start() {
    const { port, path } = await (await fetch("config.json")).json();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    client = new HongyanClient(`${scheme}//${location.hostname}:${port}${path}`, { maxQueueMessages: 100 });
    client.addEventListener("state", ({ state }) => showConnection(state));
    client.addEventListener("open", onOpen);
    client.addEventListener("message", onMessage);
    client.addEventListener("close", onClose);
    client.addEventListener("gap", ({ missed }) => {
        note(`${missed} messages are missing here: this connection was too slow for them`, Date.now(), true);
        refresh();
    });
    client.connect();
    listen();
    if (!me.wanted) {
        askForName();
    }
}

function onSubmit(form, action) {
    $(form).addEventListener("submit", (event) => {
        event.preventDefault();
        action();
    });
}

function listen() {
    onSubmit("say", () => {
        const text = $("text").value.trim();
        showAlert("");
        if (text && typed(text)) {
            $("text").value = "";
        }
    });
    onSubmit("join", () => {
        join($("join-room").value);
        $("join-room").value = "";
    });
    onSubmit("naming-form", () => {
        const name = $("naming-name").value.trim();
        setText($("naming-alert"), "");
        if (name === me.nick) {
            keepName(name);
            $("naming").close();
        } else if (!requestNow({ type: "nick", name })) {
            setText($("naming-alert"), "There is no connection now. Try again when it is back.");
        }
    });
    $("naming-later").addEventListener("click", () => $("naming").close());
    $("naming").addEventListener("close", focusOnText);
    $("me").addEventListener("click", () => askForName());
    $("leave").addEventListener("click", () => current && leave(current));
    $("retry").addEventListener("click", () => client.connect());
    $("newest").addEventListener("click", () => current?.toEnd());
    for (const name of ["places", "people"]) {
        $(`show-${name}`).addEventListener("click", () => showPane($("panes").dataset.shown === name ? "" : name));
    }
    for (const close of document.querySelectorAll(".close")) {
        close.addEventListener("click", closePane);
    }
    $("logs").addEventListener("click", () => showPane(""));
    new ResizeObserver(() => current?.onResize()).observe($("logs"));
    document.addEventListener("keydown", onKey);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && current) {
            current.showUnread(0);
            showUnreadElsewhere();
        }
        refresh();
    });
    window.addEventListener("online", () => client.state === "waiting" && client.connect());
    setInterval(refresh, REFRESH_MILLIS);
}

function closePane() {
    const name = $("panes").dataset.shown;
    showPane("");
    if (name) {
        $(`show-${name}`).focus();
    }
}

/** Escape closes a pane; Alt with the arrows goes through the conversations. */
function onKey(event) {
    const step = event.altKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
    if (event.key === "Escape") {
        closePane();
    } else if (step && conversations.size > 0) {
        event.preventDefault();
        const all = [...conversations.values()];
        choose(all[(all.indexOf(current) + step + all.length) % all.length]);
    }
}

start().catch(() => {
    showConnection("closed");
    $("retry").hidden = true;
    showAlert("The chat's settings could not be loaded. Reload the page to try again.");
});
