package io.hongyan.im;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** A class loader in whose {@code META-INF/services} stands what a test says, and nothing else. */
final class ScriptedLoader extends ClassLoader {
    /** A class by this name cannot be linked here: it is of a Java that does not exist yet. */
    static final String TOO_NEW = "io.hongyan.im.test.TooNew";

    /** The Java that {@link #TOO_NEW} is of. */
    static final int FUTURE_JAVA = 99;

    private static final int CLASS_VERSION_OF_JAVA_0 = 44;

    private final String service;
    private final String providers;
    private final boolean failing;

    /** Classes that are there, for whoever asks for their files. */
    private List<String> present = List.of();

    private ScriptedLoader(String service, String providers, boolean failing) {
        super(ScriptedLoader.class.getClassLoader());
        this.service = "META-INF/services/" + service;
        this.providers = providers;
        this.failing = failing;
    }

    /** Names the providers of one service, one a line. */
    static ScriptedLoader of(Class<?> service, String... providers) {
        return new ScriptedLoader(service.getName(), String.join("\n", providers), false);
    }

    /** Fails whenever it is asked. */
    static ScriptedLoader failing(Class<?> service) {
        return new ScriptedLoader(service.getName(), "", true);
    }

    /** Has these classes, too, as far as their files tell. */
    ScriptedLoader holding(String... classes) {
        present = List.of(classes);
        return this;
    }

    @Override
    protected URL findResource(String name) {
        boolean isPresent = present.stream().anyMatch(type -> name.equals(type.replace('.', '/') + ".class"));
        try {
            return isPresent ? urlOf("") : null;
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        if (!name.startsWith("META-INF/services/")) {
            return super.getResources(name);
        }
        if (failing) {
            throw new IOException("scripted");
        }
        return name.equals(service)
                ? Collections.enumeration(Collections.singleton(urlOf(providers)))
                : Collections.emptyEnumeration();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!name.equals(TOO_NEW)) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = ScriptedLoader.class.getResourceAsStream("ScriptedLoader.class")) {
            byte[] bytes = in.readAllBytes();
            bytes[7] = (byte) (CLASS_VERSION_OF_JAVA_0 + FUTURE_JAVA);
            return defineClass(null, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("deprecation") // the constructor that takes a handler has no other name on Java 17
    private static URL urlOf(String content) throws MalformedURLException {
        return new URL(null, "scripted:services", new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
                return new URLConnection(url) {
                    @Override
                    public void connect() {}

                    @Override
                    public InputStream getInputStream() {
                        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
                    }
                };
            }
        });
    }
}
