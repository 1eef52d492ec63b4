package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Opcodes;

/** Loads all of Hongyan anew, its engine with an {@link Interleaving}; everything else is its parent's. */
final class WovenLoader extends ClassLoader {
    private static final String OURS = "io.hongyan.";
    private static final String ENGINE = "io.hongyan.im.engine.";
    private static final String FOLDER = "io/hongyan/im/engine/";
    private static final String CLASS = ".class";

    /** Those that use locks of the JDK's, or do other things when they log. */
    private static final Set<String> LEFT_ALONE = Set.of("Shutdown", "Startup", "StartedPlugins", "Log", "Dispatchers");

    private final Map<String, Set<String>> volatileFields = new ConcurrentHashMap<>();

    WovenLoader() {
        super(WovenLoader.class.getClassLoader());
        initializeEngine();
    }

    /** Nobody may go on inside of an initializer, which others would wait for: all have run before anything begins. */
    private void initializeEngine() {
        for (String name : engineClasses()) {
            try {
                Class.forName(name, true, this);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static List<String> engineClasses() {
        try {
            Path place = Path.of(EventLoop.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(place)) {
                return classesIn(place.resolve(FOLDER));
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return classesIn(jar.getPath(FOLDER));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> classesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(CLASS) && !name.startsWith("package-info"))
                    .map(name -> ENGINE + name.substring(0, name.length() - CLASS.length()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = bytesOf(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        if (isWoven(name)) {
            bytes = Interleaving.into(bytes, this::isVolatile);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static boolean isWoven(String name) {
        String outermost =
                name.startsWith(ENGINE) ? name.substring(ENGINE.length()).split("\\$", 2)[0] : "";
        return !outermost.isEmpty() && !LEFT_ALONE.contains(outermost);
    }

    private byte @Nullable [] bytesOf(String internalName) {
        try (InputStream in = getParent().getResourceAsStream(internalName + CLASS)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isVolatile(String owner, String field) {
        return volatileFields.computeIfAbsent(owner, this::volatileFieldsOf).contains(field);
    }

    private Set<String> volatileFieldsOf(String owner) {
        Set<String> found = new HashSet<>();
        byte[] bytes = owner.startsWith(FOLDER) ? bytesOf(owner) : null;
        if (bytes != null) {
            new ClassReader(bytes)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public FieldVisitor visitField(
                                        int access, String name, String descriptor, String signature, Object value) {
                                    if ((access & Opcodes.ACC_VOLATILE) != 0) {
                                        found.add(name);
                                    }
                                    return null;
                                }
                            },
                            ClassReader.SKIP_CODE);
        }
        return found;
    }
}
