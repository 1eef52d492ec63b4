package io.hongyan.im.examples;

import io.hongyan.im.test.evidence.Await;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A person before the chat's page, in a Chromium of his own without a window. */
final class Browser implements AutoCloseable {
    private static final Optional<File> CHROMIUM = onPath("chromium", "google-chrome");
    private static final Optional<File> DRIVER = onPath("chromedriver");

    private final ChromeDriver driver;

    /**
     * Starts one.
     *
     * @param profile a folder for its files; what is in it is deleted
     */
    Browser(Path profile) throws IOException {
        delete(profile);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.orElseThrow(() -> new AssertionError("no chromium on the PATH")));
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-proxy-server",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--lang=en-GB",
                "--user-data-dir=" + profile.toAbsolutePath());
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.orElseThrow(() -> new AssertionError("no chromedriver on the PATH")))
                .usingAnyFreePort()
                .build();
        service.sendOutputTo(OutputStream.nullOutputStream());
        driver = new ChromeDriver(service, options);
    }

    static boolean isInstalled() {
        return CHROMIUM.isPresent() && DRIVER.isPresent();
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private static Optional<File> onPath(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }

    /** A window of this size, with light or dark colours. */
    void window(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    // ---- What a person does ----

    void open(String url) {
        driver.get(url);
        awaitStatus("Connected");
    }

    void takeName(String name) {
        Await.until("the page asks for a name", () -> find("#naming").isDisplayed());
        find("#naming-name").sendKeys(Keys.chord(Keys.CONTROL, "a"), name, Keys.ENTER);
        Await.until("the name is " + name, () -> text("#me-nick").equals(name));
    }

    void say(String text) {
        find("#text").sendKeys(text, Keys.ENTER);
    }

    /** Presses the entry of a list (rooms, directs, others, people-list) that shows this name. */
    void choose(String list, String name) {
        awaitFresh(name + " is in " + list, () -> {
            Optional<WebElement> entry = entry("#" + list + " .entry", name);
            entry.ifPresent(WebElement::click);
            return entry.isPresent();
        });
    }

    private Optional<WebElement> entry(String entries, String name) {
        return driver.findElements(By.cssSelector(entries)).stream()
                .filter(one -> one.findElement(By.className("name")).getText().equals(name))
                .findFirst();
    }

    void press(CharSequence... keys) {
        awaitFresh("keys are taken", () -> {
            driver.switchTo().activeElement().sendKeys(keys);
            return true;
        });
    }

    void click(String selector) {
        find(selector).click();
    }

    // ---- What a person sees ----

    void awaitStatus(String status) {
        Await.until("the status is " + status, () -> text("#status").equals(status));
    }

    /** Waits for a text in the messages that are shown. */
    void awaitShown(String text) {
        try {
            awaitFresh("shown: " + text, () -> shown().contains(text));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; there is: " + shown(), e);
        }
    }

    void awaitNames(String list, String... names) {
        List<String> expected = List.of(names);
        awaitFresh(list + " shows " + expected, () -> names(list).equals(expected));
    }

    /** What is read, clicked or typed into may be drawn anew before that is done: then it is looked for again. */
    private static void awaitFresh(String what, BooleanSupplier condition) {
        Await.until(what, () -> {
            try {
                return condition.getAsBoolean();
            } catch (StaleElementReferenceException e) {
                return false;
            }
        });
    }

    String shown() {
        return driver.findElements(By.cssSelector(".log:not([hidden])")).stream()
                .map(WebElement::getText)
                .findFirst()
                .orElse("");
    }

    List<String> names(String list) {
        return driver.findElements(By.cssSelector("#" + list + " .entry .name")).stream()
                .map(WebElement::getText)
                .toList();
    }

    String text(String selector) {
        return find(selector).getText();
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    Object script(String code, Object... arguments) {
        return driver.executeScript(code, arguments);
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
