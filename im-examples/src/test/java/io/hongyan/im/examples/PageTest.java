package io.hongyan.im.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The page in real browsers, beside a client that speaks lines. Left out where there is no Chromium, but not in CI. */
class PageTest {
    private static Browser alice;

    private static Browser bob;

    private ImServer server;
    private ChatPage page;

    @BeforeAll
    static void startBrowsers() throws IOException {
        Assumptions.assumeTrue(
                Browser.isInstalled() || System.getenv("CI") != null,
                "left out: chromium and chromedriver are not on the PATH; Debian has them in chromium and chromium-driver");
        // Not a @TempDir: a Chromium that ends may still write when it is to be deleted.
        alice = new Browser(Path.of("target", "chromium-alice"));
        bob = new Browser(Path.of("target", "chromium-bob"));
    }

    @AfterAll
    static void endBrowsers() {
        for (Browser browser : new Browser[] {alice, bob}) {
            if (browser != null) {
                browser.close();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = Loopback.serve(new ChatHandler(), "auto");
        page = ChatPage.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server.port());
        for (Browser browser : new Browser[] {alice, bob}) {
            browser.window(1280, 800, false);
        }
    }

    @AfterEach
    void stop() {
        page.close();
        server.close();
        assertEquals(0, server.stats().errors(), "no callback may throw");
    }

    @Test
    void shouldLetTwoBrowsersAndALineClientTalkInOneRoom() throws Exception {
        enter(alice, "alice");
        enter(bob, "bob");
        try (LineClient carol = new LineClient(server.address())) {
            carol.send("/nick carol");
            carol.linesBefore("* guest3 is now carol");

            alice.awaitNames("people-list", "alice", "bob", "carol");
            bob.awaitNames("people-list", "alice", "bob", "carol");
            alice.say("hello from a page");
            carol.expectLine("[lobby] alice: hello from a page");
            carol.send("hello from nc, 鸿雁 🪿");
            bob.say("hello from another page");
            carol.expectLine("[lobby] carol: hello from nc, 鸿雁 🪿");
            carol.expectLine("[lobby] bob: hello from another page");

            for (Browser browser : new Browser[] {alice, bob}) {
                browser.awaitShown("hello from a page");
                browser.awaitShown("hello from nc, 鸿雁 🪿");
                browser.awaitShown("hello from another page");
            }
            carol.send("/quit");
        }
        alice.awaitShown("carol left");
        bob.awaitNames("people-list", "alice", "bob");
    }

    @Test
    void shouldShowADirectMessageToTheTwoAlone() throws Exception {
        enter(alice, "alice");
        enter(bob, "bob");
        try (LineClient carol = new LineClient(server.address())) {
            carol.send("/nick carol");
            carol.linesBefore("* guest3 is now carol");

            alice.choose("people-list", "bob");
            alice.say("for you alone");
            alice.awaitShown("for you alone");
            bob.choose("directs", "alice");
            bob.awaitShown("for you alone");
            bob.say("/msg carol and this for you");
            carol.expectLine("[bob -> carol] and this for you");
            carol.send("/msg bob thanks");
            carol.expectLine("[carol -> bob] thanks");
            bob.choose("directs", "carol");
            bob.awaitShown("thanks");
        }
        alice.choose("rooms", "lobby");
        assertFalse(alice.shown().contains("for you"));
    }

    @Test
    void shouldOpenTheTalkWithSomeoneWhoIsWrittenTo() throws Exception {
        enter(alice, "alice");
        enter(bob, "bob");

        alice.say("/msg nobody hello?");
        Await.until("the reason", () -> alice.text("#alert").startsWith("Nobody here is called nobody"));
        alice.awaitNames("directs");
        alice.say("/msg BOB hello");
        alice.awaitShown("hello");
        alice.awaitNames("directs", "bob");
        alice.choose("rooms", "lobby");
        alice.say("/msg Bob again");
        alice.awaitShown("again");

        alice.awaitNames("directs", "bob");
        assertEquals("bob", alice.text("#title"));
        assertEquals("Hongyan chat", alice.script("return document.title")); // what one writes oneself is read
        bob.choose("directs", "alice");
        bob.awaitShown("again");
    }

    @Test
    void shouldLetPeopleOpenFindAndLeaveARoom() throws Exception {
        enter(alice, "alice");
        alice.say("/join Java");
        Await.until("the room is shown", () -> alice.text("#title").equals("# java"));
        enter(bob, "bob");

        bob.choose("others", "java");
        bob.awaitNames("people-list", "alice", "bob");
        bob.say("so this is java");
        alice.awaitShown("so this is java");
        bob.click("#leave");
        alice.awaitNames("people-list", "alice");
        Await.until("bob is in the lobby", () -> bob.text("#title").equals("# lobby"));
        bob.awaitNames("rooms", "lobby");
    }

    @Test
    void shouldFindARoomAsTheServerDoesAndTellOfOneThatIsEmpty() {
        enter(alice, "alice");

        alice.say("/who nosuch");
        Await.until("the reason", () -> alice.text("#alert").startsWith("Nobody is in nosuch"));
        alice.say("/join ＮＯＳＵＣＨ");
        Await.until("the room is shown", () -> alice.text("#title").equals("# nosuch"));
        alice.awaitNames("people-list", "alice");
        alice.say("/who");
        alice.awaitShown("In nosuch: alice");
        assertEquals(2, alice.shown().split("In nosuch", -1).length);
    }

    @Test
    void shouldTellThatItsNameIsStillTaken() {
        enter(alice, "alice");
        bob.open(page.url());
        bob.script("sessionStorage.setItem('nick', 'alice')"); // as a duplicated tab has it
        bob.open(page.url());

        Await.until("the reason", () -> bob.text("#alert").equals("The name alice is still taken; trying again"));
        alice.say("/nick amy");
        Await.until("the name is free", () -> bob.text("#me-nick").equals("alice"));
        assertEquals("", bob.text("#alert"));
    }

    @Test
    void shouldComeBackByItselfWhenTheServerWasRestarted() throws Exception {
        enter(alice, "alice");
        alice.say("/join java");
        alice.awaitNames("rooms", "lobby", "java");
        alice.say("before");
        alice.awaitShown("before");
        InetSocketAddress address = server.address();

        server.close();
        Await.until("the page sees it", () -> !alice.text("#status").equals("Connected"));
        alice.say("kept while away");
        alice.awaitShown("Waits for the connection: “kept while away”");
        server = Loopback.serve(new ChatHandler(), "auto", address.getPort());
        alice.awaitStatus("Connected");

        Await.until("the name is taken again", () -> alice.text("#me-nick").equals("alice"));
        Await.until("what waited was said", () -> alice.shown().split("kept while away", -1).length == 3);
        assertTrue(alice.shown().contains("before"));
        assertEquals("# java", alice.text("#title"));
        alice.awaitNames("people-list", "alice");
        try (LineClient carol = new LineClient(address)) {
            carol.send("/who java");
            carol.linesBefore("* in java: alice");
        }
    }

    @Test
    void shouldShowWhatPeopleWriteAsTextWhateverItLooksLike() throws Exception {
        String attack =
                "<img src=x onerror=\"document.title='broken into'\"><script>document.title='broken into'</script>";
        enter(alice, "alice");
        try (LineClient carol = new LineClient(server.address())) {
            carol.send(attack);
            carol.send("/join b-_");
            carol.send("that was it");
            carol.send("/join lobby");
            carol.send("the end");
        }

        alice.awaitShown("the end");
        alice.awaitShown(attack);
        assertEquals(0L, alice.script("return document.querySelectorAll('#logs img, #logs script').length"));
        assertEquals("Hongyan chat", alice.script("return document.title"));
    }

    @Test
    void shouldRefuseScriptsThatAreNotItsOwn() {
        enter(alice, "alice");

        assertEquals(
                "refused",
                alice.script(
                        "try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (e) { return 'refused'; }"));
        assertEquals(
                "refused",
                alice.script("try { document.body.setAttribute('onclick', 'window.broken = 1'); return 'done'; }"
                        + " catch (e) { return 'refused'; }"));
    }

    @Test
    void shouldTellWhyANameIsRefused() {
        enter(alice, "alice");
        bob.open(page.url());

        bob.find("#naming-name").sendKeys("ALICE", Keys.ENTER);
        Await.until("the reason", () -> bob.text("#naming-alert").startsWith("The name ALICE is taken"));
        bob.takeName("bob");
        alice.awaitNames("people-list", "alice", "bob");
    }

    @Test
    void shouldBeWorkedByKeysAlone() {
        enter(alice, "alice");
        enter(bob, "bob");
        Await.until(
                "the cursor is where one writes", () -> "text".equals(bob.script("return document.activeElement.id")));

        bob.press("by keys", Keys.ENTER);
        alice.awaitShown("by keys");
        bob.press("/join keys", Keys.ENTER);
        Await.until("the room is shown", () -> bob.text("#title").equals("# keys"));
        bob.press(Keys.chord(Keys.ALT, Keys.ARROW_UP));
        assertEquals("# lobby", bob.text("#title"));
        bob.press(Keys.TAB, ""); // to "Send"
        assertEquals("Send", bob.script("return document.activeElement.textContent"));
        bob.press(Keys.TAB); // to the first of those who are here
        assertEquals("alice", bob.script("return document.activeElement.closest('li').dataset.name"));
        bob.press(Keys.ENTER);
        assertEquals("alice", bob.text("#title"));
        assertEquals("text", bob.script("return document.activeElement.id"));
    }

    @Test
    void shouldKeepTheFocusWhenOthersComeAndGo() throws Exception {
        enter(alice, "alice");
        enter(bob, "bob");

        bob.script("document.querySelector('#people-list [data-name=bob] button').focus()");
        try (LineClient carol = new LineClient(server.address())) {
            carol.send("/nick amy");
            carol.linesBefore("* guest3 is now amy");
            bob.awaitNames("people-list", "alice", "amy", "bob");
        }
        bob.awaitNames("people-list", "alice", "bob");

        assertEquals("bob", bob.script("return document.activeElement.closest('li')?.dataset.name"));
    }

    @Test
    void shouldNameEverythingForAScreenReader() {
        enter(alice, "alice");

        assertEquals(
                0L,
                alice.script(
                        "return [...document.querySelectorAll('button, input, [role=log]')].filter(e =>"
                                + " !e.hidden && !(e.textContent.trim() || e.labels?.length || e.getAttribute('aria-label'))).length"));
        assertEquals("Messages in lobby", alice.find(".log:not([hidden])").getAccessibleName());
        assertEquals("log", alice.find(".log:not([hidden])").getAriaRole());
        assertEquals("Message to lobby", alice.find("#text").getAccessibleName());
        assertEquals("Your name is alice . Change it", alice.find("#me").getAccessibleName());
    }

    @ParameterizedTest
    @CsvSource({"320, 568", "768, 1024", "1280, 800"})
    void shouldFitIntoTheWindow(int width, int height) {
        alice.window(width, height, true);
        enter(alice, "a2345678901234567890");
        alice.say("w".repeat(300));
        alice.say("/join r2345678901234567890");
        Await.until("the room is shown", () -> alice.text("#title").equals("# r2345678901234567890"));
        alice.say("w".repeat(300));
        alice.awaitShown("www");

        assertEquals(0L, alice.script("return document.documentElement.scrollWidth - innerWidth"));
        assertEquals(
                0L,
                alice.script("return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility()"
                        + " && !e.closest('.for-reader, .skip, dialog') && (e.getBoundingClientRect().right > innerWidth"
                        + " || e.getBoundingClientRect().left < 0)).length"));
        assertTrue(alice.find("#say button").isDisplayed());
    }

    @Test
    void shouldOpenItsPanesOnAPhone() {
        alice.window(320, 568, false);
        enter(alice, "alice");

        assertFalse(alice.find("#places").isDisplayed());
        alice.click("#show-people");
        assertEquals("true", alice.find("#show-people").getAttribute("aria-expanded"));
        assertEquals("people", alice.script("return document.activeElement.closest('.pane')?.id"));
        alice.awaitNames("people-list", "alice");
        alice.press(Keys.ESCAPE);
        assertFalse(alice.find("#people").isDisplayed());
        alice.click("#show-places");
        alice.choose("rooms", "lobby");
        assertFalse(alice.find("#places").isDisplayed());
    }

    private void enter(Browser browser, String name) {
        browser.open(page.url());
        browser.takeName(name);
    }
}
