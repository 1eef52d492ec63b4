package io.hongyan.im.test.virtual;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts into a class of the engine, before each look at what threads share, that others may go on: volatile fields, {@code VarHandle}s and
 * atomics. The engine's own source knows nothing of it. While a {@code Baton} is held nobody goes on, since who waits for it spins.
 */
public final class Interleaving {
    private static final String HERE = Type.getInternalName(Interleaving.class);
    private static final String BATON = "io/hongyan/im/engine/Baton";

    private Interleaving() {}

    // ---- called by what was put in

    /** Before a look. */
    public static void looking() {
        Simulation simulation = Simulation.acting();
        if (simulation != null) {
            simulation.looking();
        }
    }

    /** A baton was reached for. */
    public static void reached(boolean taken) {
        Simulation simulation = Simulation.acting();
        if (simulation != null && taken) {
            simulation.lockTaken();
        }
    }

    /** Whether a baton is held was written. */
    public static void written(boolean held) {
        Simulation simulation = Simulation.acting();
        if (simulation != null && !held) {
            simulation.lockGiven();
        }
    }

    // ---- putting in

    /** Who knows the fields of all classes. */
    interface Fields {
        boolean isVolatile(String owner, String name);
    }

    static byte[] into(byte[] original, Fields fields) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        boolean baton = reader.getClassName().equals(BATON);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return baton ? new Holding(next, name) : new Looking(next, fields);
                    }
                },
                0);
        return writer.toByteArray();
    }

    private static final class Looking extends MethodVisitor {
        private final Fields fields;

        Looking(MethodVisitor next, Fields fields) {
            super(Opcodes.ASM9, next);
            this.fields = fields;
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (fields.isVolatile(owner, name)) {
                look();
            }
            super.visitFieldInsn(opcode, owner, name, descriptor);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean ofInterface) {
            boolean shared = owner.startsWith("java/util/concurrent/atomic/") || owner.endsWith("/VarHandle");
            if (shared && opcode == Opcodes.INVOKEVIRTUAL) {
                look();
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, ofInterface);
        }

        private void look() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HERE, "looking", "()V", false);
        }
    }

    private static final class Holding extends MethodVisitor {
        private final boolean reaching;

        Holding(MethodVisitor next, String method) {
            super(Opcodes.ASM9, next);
            reaching = method.equals("tryTake");
        }

        @Override
        public void visitInsn(int opcode) {
            if (reaching && opcode == Opcodes.IRETURN) {
                tell("reached");
            }
            super.visitInsn(opcode);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.PUTFIELD && owner.equals(BATON) && name.equals("taken")) {
                tell("written");
            }
            super.visitFieldInsn(opcode, owner, name, descriptor);
        }

        private void tell(String what) {
            super.visitInsn(Opcodes.DUP);
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HERE, what, "(Z)V", false);
        }
    }
}
